import { bootScript } from "../beam/bootScript";
import type { Guest } from "./guest";
import { releaseCommand } from "./peersCommand";
import type { FlySpec } from "./spec";

/**
 * Configuration of a machine in the words of the Machines API.
 * https://fly.io/docs/machines/api/machines-resource/#machine-config-object-properties
 */
export type MachineConfig = {
  image: string;
  env: Record<string, string>;
  guest: Guest;
  /** Runs instead of the image's entrypoint and command. */
  init: { exec: string[] };
  services: Service[];
  checks: Record<string, Check>;
  restart: { policy: "always" };
  stop_config: { signal: "SIGTERM"; timeout: string };
};

export type Service = {
  protocol: "tcp" | "udp";
  internal_port: number;
  /** Nodes of a cluster are not put to sleep: who sleeps vanishes from DNS and from its peers. */
  autostop: "off";
  autostart: boolean;
  ports: ServicePort[];
  checks: Check[];
};

export type ServicePort = { port: number; handlers: string[]; force_https?: boolean };

export type Check = {
  type: "http" | "tcp";
  port: number;
  interval: string;
  timeout: string;
  grace_period: string;
  method?: string;
  path?: string;
};

/** What every node's machine is made with. */
export function machineConfig(
  spec: FlySpec,
  image: string,
  basename: string,
  env: Readonly<Record<string, string>>,
): MachineConfig {
  const boot = bootScript({
    basename,
    ports: spec.ports,
    family: "ipv6",
    address: { sh: 'echo "${FLY_PRIVATE_IP-}"', looksAt: "FLY_PRIVATE_IP, which Fly sets" },
    dnsQuery: `${spec.app}.internal`,
  });
  const http: Record<string, string> =
    spec.http === undefined ? {} : { PORT: String(spec.http.port), PHX_SERVER: "true" };
  return {
    image,
    env: { ...http, ...env, BEAM_BOOT: boot },
    guest: spec.guest,
    init: { exec: releaseCommand(spec.releasePath, spec.release, "start") },
    ...spec.listening,
    restart: { policy: "always" },
    // The API's own default is SIGINT and 5 s; the BEAM ends its applications in order on SIGTERM.
    stop_config: { signal: "SIGTERM", timeout: `${spec.stopTimeoutSeconds}s` },
  };
}
