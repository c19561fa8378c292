import { misuse } from "../beam/misuse";
import { isClusterPort, type PortPolicy } from "../beam/portPolicy";
import type { HttpArgs } from "../cluster";
import type { Check, MachineConfig, Service } from "./machineConfig";

export interface FlyServiceArgs {
  /** Port the release listens on; never one of the cluster's own. Changing it restarts the nodes. */
  readonly internalPort: number;
  /** Port under which the world reaches it. Changing it restarts the nodes. */
  readonly port: number;
  /** Protocol. Changing it restarts the nodes. @default "tcp" */
  readonly protocol?: "tcp" | "udp";
  /** What Fly's proxy does with a connection, such as `tls` or `http`. Changing it restarts the nodes. @default - hands it on as it is */
  readonly handlers?: readonly string[];
}

/** What is published, and how health is asked for. */
export function services(
  http: HttpArgs | undefined,
  published: boolean,
  more: readonly FlyServiceArgs[],
  policy: PortPolicy,
): Pick<MachineConfig, "services" | "checks"> {
  const check = http === undefined ? undefined : checkOf(http);
  const own = more.map((args, index) => service(args, `services[${index}]`, policy));
  if (http === undefined || check === undefined) {
    return { services: own, checks: {} };
  }
  return published
    ? { services: [httpService(http, check), ...own], checks: {} }
    : { services: own, checks: { http: check } };
}

function httpService({ port }: HttpArgs, check: Check): Service {
  return {
    ...alwaysOn,
    protocol: "tcp",
    internal_port: port,
    ports: [
      { port: 80, handlers: ["http"], force_https: true },
      { port: 443, handlers: ["tls", "http"] },
    ],
    checks: [check],
  };
}

function service(args: FlyServiceArgs, field: string, policy: PortPolicy): Service {
  const { internalPort, port, protocol = "tcp", handlers = [] } = args;
  for (const [name, value] of Object.entries({ internalPort, port })) {
    if (!Number.isInteger(value) || value < 1 || value > 65535) {
      throw misuse(`${field}.${name}`, value, "a whole number from 1 to 65535", "give a port");
    }
    if (isClusterPort(policy, value) || value === 4369) {
      throw misuse(
        `${field}.${name}`,
        value,
        "a port that is neither epmd's nor one for Erlang distribution",
        "those are never published: whoever reaches them and has the cookie owns every node",
      );
    }
  }
  return {
    ...alwaysOn,
    protocol,
    internal_port: internalPort,
    ports: [{ port, handlers: [...handlers] }],
    checks: [],
  };
}

const alwaysOn = { autostop: "off", autostart: true } as const;

/** The API takes checks a minute apart at most; a release of Elixir boots within the grace period. */
function checkOf({ port, healthCheckPath }: HttpArgs): Check {
  const times = { port, interval: "10s", timeout: "5s", grace_period: "10s" };
  return healthCheckPath === undefined
    ? { type: "tcp", ...times }
    : { type: "http", method: "GET", path: healthCheckPath, ...times };
}
