import { bootScript } from "../beam/bootScript";
import { nodeBasename } from "../beam/nodeName";
import { CookiePlace, Source } from "./args";
import { cookieFromService } from "./command";
import type { Settings } from "./settings";

/** What names a node: `identity` is the image, or the hash of the directory that was uploaded. */
export function boot({ spec, internal, cookieIn }: Settings, identity: string): string {
  const script = bootScript({
    basename: nodeBasename(spec.release, spec.isolation, identity),
    ports: spec.ports,
    family: "ipv4",
    // The address in the container network: https://docs.cloudfoundry.org/devguide/deploy-apps/environment-variable.html
    address: { sh: 'echo "${CF_INSTANCE_INTERNAL_IP-}"', looksAt: "CF_INSTANCE_INTERNAL_IP" },
    dnsQuery: internal.query,
  });
  return cookieIn === CookiePlace.Service ? cookieFromService + script : script;
}

/** The platform gives the port itself, as `PORT`, and refuses an app that sets it. */
export function plainEnvironment({ spec }: Settings): Record<string, string> {
  return spec.http === undefined ? {} : { PHX_SERVER: "true" };
}

/** How the platform tells whether a node is well; without HTTP it can only see that it runs. */
export function healthCheck({ spec }: Settings): { type: string; endpoint?: string } {
  const path = spec.http?.healthCheckPath;
  return path !== undefined
    ? { type: "http", endpoint: path }
    : { type: spec.http === undefined ? "process" : "port" };
}

/** What is checked with the app, before it is made. */
export function needs({ internal, public: open }: Settings) {
  return {
    internalDomain: internal.domain,
    ...(open === undefined ? {} : { publicDomain: open.domain ?? "" }),
    policies: true,
  };
}

export function isDirectory({ source }: Settings): boolean {
  return source === Source.Directory;
}
