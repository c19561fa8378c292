import { misuse } from "./misuse";

/** TCP ports from `first` to `last`, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Which TCP ports the nodes of one cluster use among themselves. */
export interface PortPolicyArgs {
  /**
   * Whether nodes find each other's distribution port through epmd. Without it there is no epmd at all: every
   * node listens on the one port that all of them know, one node per address.
   * Changing it restarts every node. @default true
   */
  readonly epmd?: boolean;

  /** Port of epmd, `1`-`65535`. Changing it restarts every node. @default 4369 (not used without epmd) */
  readonly epmdPort?: number;

  /**
   * Ports a node may listen on for Erlang distribution. A node takes *one* of them, so a range of one is right
   * for one node per address. Changing it restarts every node.
   * @default 9000-9010 with epmd, 9000-9000 without
   */
  readonly distPorts?: PortRange;
}

/**
 * A complete, checked policy. Firewall rules and VM flags are both rendered from this value, so they cannot
 * disagree. Without epmd `distPorts` holds exactly one port.
 */
export type PortPolicy =
  | { readonly epmd: true; readonly epmdPort: number; readonly distPorts: PortRange }
  | { readonly epmd: false; readonly distPorts: PortRange };

/** Ports to open between the nodes of a cluster, and the words for a rule's description. */
export interface OpenPorts extends PortRange {
  readonly purpose: "epmd" | "Erlang distribution";
}

// 4369 is epmd's registered port. The range is the one most published recipes use; any free one would do.
export const defaults = {
  epmdPort: 4369,
  distPorts: { first: 9000, last: 9010 },
} as const;

/**
 * Checks the arguments and fills the defaults.
 * @param httpPort the port the release serves HTTP on, which must not be one of the cluster's own
 */
export function portPolicy(args: PortPolicyArgs = {}, httpPort?: number): PortPolicy {
  const epmd = args.epmd ?? true;
  const first = defaults.distPorts.first;
  const distPorts = portRange(args.distPorts ?? (epmd ? defaults.distPorts : { first, last: first }));
  if (httpPort !== undefined) {
    port("http.port", httpPort);
    if (contains(distPorts, httpPort)) {
      throw misuse(
        "http.port",
        httpPort,
        `a port outside distPorts (${show(distPorts)})`,
        "move one of the two: a distribution port is never published",
      );
    }
  }
  if (!epmd) {
    if (args.epmdPort !== undefined) {
      throw misuse("ports.epmdPort", args.epmdPort, "nothing where ports.epmd is false", "leave it out");
    }
    if (distPorts.first !== distPorts.last) {
      throw misuse(
        "ports.distPorts",
        show(distPorts),
        "exactly one port where ports.epmd is false, because without epmd a node assumes its own port for its peers",
        `give one port, such as ${distPorts.first}-${distPorts.first}`,
      );
    }
    return { epmd, distPorts };
  }
  const epmdPort = port("ports.epmdPort", args.epmdPort ?? defaults.epmdPort);
  if (contains(distPorts, epmdPort)) {
    throw misuse(
      "ports.epmdPort",
      epmdPort,
      `a port outside distPorts (${show(distPorts)})`,
      `move one of the two, for example epmdPort ${defaults.epmdPort}`,
    );
  }
  if (httpPort === epmdPort) {
    throw misuse("http.port", httpPort, `a port other than epmd's (${epmdPort})`, "move one of the two");
  }
  return { epmd, epmdPort, distPorts };
}

/** What must be open between the nodes, in a stable order, and nothing else: `:erpc` needs no port of its own. */
export function openPorts(policy: PortPolicy): readonly OpenPorts[] {
  const distribution: OpenPorts = { ...policy.distPorts, purpose: "Erlang distribution" };
  return policy.epmd
    ? [{ first: policy.epmdPort, last: policy.epmdPort, purpose: "epmd" }, distribution]
    : [distribution];
}

/** Whether a port is one of the cluster's own, and so must never be published. */
export function isClusterPort(policy: PortPolicy, candidate: number): boolean {
  return openPorts(policy).some((range) => contains(range, candidate));
}

/** `9000` or `9000-9010`. */
export function show(range: PortRange): string {
  return range.first === range.last ? String(range.first) : `${range.first}-${range.last}`;
}

function portRange(range: PortRange): PortRange {
  port("ports.distPorts.first", range.first);
  port("ports.distPorts.last", range.last);
  if (range.last < range.first) {
    throw misuse(
      "ports.distPorts.last",
      range.last,
      `a port from ports.distPorts.first (${range.first}) up`,
      `give a range such as ${range.last}-${range.first}`,
    );
  }
  return { first: range.first, last: range.last };
}

function port(field: string, value: number): number {
  if (!Number.isInteger(value) || value < 1 || value > 65535) {
    throw misuse(field, value, "a whole number from 1 to 65535", "give a TCP port");
  }
  return value;
}

function contains(range: PortRange, candidate: number): boolean {
  return range.first <= candidate && candidate <= range.last;
}
