import type { ClusterSpec } from "../cluster";
import { misuse } from "../beam/misuse";
import { isNodeName } from "../beam/nodeName";
import { isClusterPort, show } from "../beam/portPolicy";

/** One node of a cluster that lives on this machine. */
export interface Member {
  /** Name of its resource within the cluster, from 1 up. */
  readonly index: number;
  readonly basename: string;
  /** `basename@address`. */
  readonly name: string;
  readonly address: string;
  /** How many nodes on this address share the distribution ports. */
  readonly room: number;
  readonly httpPort: number | undefined;
}

/**
 * Places the nodes on this machine.
 *
 * One epmd tells nodes apart by the part of the name before the `@`, and they share 127.0.0.1 and the range: so
 * each has a number in its name. Without epmd they share the port, and so each needs an address of its own:
 * 127.0.0.2, 127.0.0.3 and on.
 */
export function members(spec: ClusterSpec, basename: string): readonly Member[] {
  const { first, last } = spec.ports.distPorts;
  const room = last - first + 1;
  if (spec.ports.epmd && room < spec.nodes) {
    throw misuse(
      "ports.distPorts",
      show(spec.ports.distPorts),
      `at least one port for each of the ${spec.nodes} nodes that share this machine`,
      `widen it, for example to ${first}-${first + spec.nodes - 1}`,
    );
  }
  if (!spec.ports.epmd && spec.nodes > 250) {
    throw misuse(
      "nodes",
      spec.nodes,
      "at most 250 without epmd",
      "each node needs a loopback address of its own",
    );
  }
  return Array.from({ length: spec.nodes }, (_, offset) => {
    const index = offset + 1;
    const address = spec.ports.epmd ? "127.0.0.1" : `127.0.0.${index + 1}`;
    const own = spec.ports.epmd ? `${basename}-${index}` : basename;
    return {
      index,
      basename: own,
      name: nodeName(`${own}@${address}`),
      address,
      room: spec.ports.epmd ? spec.nodes : 1,
      httpPort: spec.http === undefined ? undefined : httpPort(spec, spec.http.port + offset),
    };
  });
}

function nodeName(name: string): string {
  if (!isNodeName(name)) {
    throw misuse("release", name, "a node name Erlang takes", "choose a shorter or plainer release name");
  }
  return name;
}

/** The nodes share the machine, so each serves HTTP on a port of its own, from `http.port` up. */
function httpPort(spec: ClusterSpec, port: number): number {
  if (port > 65535 || isClusterPort(spec.ports, port)) {
    throw misuse(
      "http.port",
      spec.http?.port,
      `a port that leaves ${spec.nodes} ports in a row outside the cluster's own and up to 65535`,
      "the nodes of this machine count up from it; choose another",
    );
  }
  return port;
}
