import { dnsQuery } from "../beam/discovery";
import { misuse } from "../beam/misuse";
import { openPorts } from "../beam/portPolicy";
import { clusterSpec, type ClusterSpec } from "../cluster";
import { CookiePlace, Source, type CloudFoundryClusterArgs } from "./args";
import { checkedPeers, policyCount, type Peer } from "./policies";

/** The arguments, complete and checked; nothing below asks again. */
export interface Settings {
  readonly spec: ClusterSpec;
  readonly org: string;
  readonly space: string;
  readonly app: string;
  readonly source: Source;
  readonly releasePath: string;
  readonly memoryMiB: number;
  readonly diskMiB: number;
  readonly internal: { readonly host: string; readonly domain: string; readonly query: string };
  readonly public: { readonly host: string; readonly domain?: string } | undefined;
  readonly cookieIn: CookiePlace;
  readonly peers: readonly Peer[];
}

/** What an instance listens on for HTTP where its image exposes no port: the platform's choice, given as `PORT`. */
export const platformPort = 8080;

export const defaults = {
  memoryMiB: 1024,
  diskMiB: 1024,
  internalDomain: "apps.internal",
  // The policy server's `max_policies_per_app_source`, for all but holders of network.admin.
  maxPoliciesPerApp: 150,
  // Where `mix phx.gen.release --docker` and a buildpack put a release.
  releasePath: { [Source.Image]: "/app", [Source.Directory]: "/home/vcap/app" },
} as const;

export function settings(name: string, args: CloudFoundryClusterArgs): Settings {
  const spec = clusterSpec(args);
  const app = appName(args.app ?? name);
  const source = oneOf("source", args.source ?? Source.Image, Object.values(Source));
  const peers = checkedPeers(args.peers ?? []);
  const most = args.maxPoliciesPerApp ?? defaults.maxPoliciesPerApp;
  const needed = policyCount(spec.ports, peers);
  if (needed > most) {
    throw misuse(
      "peers",
      peers.length,
      `so many that the app is source of at most ${most} policies, and these make ${needed}`,
      "name fewer peers, or raise maxPoliciesPerApp where your installation allows more",
    );
  }
  const taken = openPorts(spec.ports).find(
    ({ first, last }) => first <= platformPort && platformPort <= last,
  );
  if (taken !== undefined) {
    throw misuse(
      "ports",
      `${taken.first}-${taken.last} for ${taken.purpose}`,
      `ports other than ${platformPort}, which the platform itself gives to every instance`,
      "move the range, for example to 9000-9010",
    );
  }
  const domain = args.internalDomain ?? defaults.internalDomain;
  const host = hostLabel("internalHost", args.internalHost ?? app);
  return {
    spec,
    org: filled("org", args.org),
    space: filled("space", args.space),
    app,
    source,
    releasePath: releasePath(args.releasePath ?? defaults.releasePath[source]),
    memoryMiB: size("memoryMiB", args.memoryMiB ?? defaults.memoryMiB),
    diskMiB: size("diskMiB", args.diskMiB ?? defaults.diskMiB),
    internal: { host, domain, query: dnsQuery("internalDomain", `${host}.${domain}`) },
    public: publicRoute(args, spec, app),
    cookieIn: oneOf("cookieIn", args.cookieIn ?? CookiePlace.Environment, Object.values(CookiePlace)),
    peers,
  };
}

function publicRoute({ domain, host }: CloudFoundryClusterArgs, { http }: ClusterSpec, app: string) {
  if (http === undefined) {
    for (const [field, value] of Object.entries({ domain, host })) {
      if (value !== undefined) {
        throw misuse(field, value, "nothing where http is not given", `give http too, or leave ${field} out`);
      }
    }
    return undefined;
  }
  const label = hostLabel("host", host ?? app);
  return domain === undefined ? { host: label } : { host: label, domain: dnsQuery("domain", domain) };
}

function appName(name: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(name)) {
    throw misuse("app", name, 'letters, digits, "-" and "_", at most 63', "give the app a plain name");
  }
  return name;
}

function hostLabel(field: string, host: string): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(host)) {
    throw misuse(
      field,
      host,
      'one label of lower-case letters, digits and "-"',
      `give ${field}, such as my-app-dev; by default it is the app's name`,
    );
  }
  return host;
}

function releasePath(path: string): string {
  if (!/^\/[A-Za-z0-9_./-]*$/.test(path)) {
    throw misuse("releasePath", path, "an absolute path of plain characters", "give one such as /app");
  }
  return path.replace(/\/+$/, "");
}

function size(field: string, value: number): number {
  if (!Number.isInteger(value) || value < 1) {
    throw misuse(
      field,
      value,
      "a whole number of MiB, at least 1",
      "write 1024 for 1 GiB: the API takes no units such as 1G",
    );
  }
  return value;
}

function filled(field: string, value: string): string {
  if (typeof value !== "string" || value === "") {
    throw misuse(field, value, "the name of one that exists", `\`cf ${field}s\` lists them`);
  }
  return value;
}

function oneOf<Value extends string>(field: string, value: Value, known: readonly Value[]): Value {
  if (!known.includes(value)) {
    throw misuse(field, value, known.join(" or "), "choose one; the docs tell the difference");
  }
  return value;
}
