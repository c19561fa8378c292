import type { PortRange } from "../../components/beam/portPolicy";
import { explain, portState, shown, type PortState } from "./port";

/** What a node wants to listen on. */
export interface Listens {
  readonly address: string;
  /** It takes the first free port of these. */
  readonly distPorts: PortRange;
  /** How many nodes need a port of that range. */
  readonly room: number;
  readonly httpPort: number | undefined;
}

/**
 * Why the node would not find its ports; undefined where it would.
 * @param own processes of this cluster, by pid; one of them may hold a port of the range
 * @param now whether the node starts now; before that, a port that its own cluster holds may yet become free
 */
export async function whyNoRoom(listens: Listens, own: ReadonlyMap<number, string>, now: boolean) {
  const { address, distPorts, room, httpPort } = listens;
  const foreign: string[] = [];
  let found = 0;
  for (let port = distPorts.first; port <= distPorts.last && found < room; port++) {
    const state = await portState(address, port);
    if (state.free || (!now && isOurs(state, own))) {
      found++;
    } else {
      foreign.push(explain(address, port, state.code, state.holder));
    }
  }
  if (found < room) {
    const alone = distPorts.first === distPorts.last;
    return alone
      ? foreign[0]
      : `ports.distPorts leaves room for ${found} of ${room} nodes: ${foreign.join("; ")}`;
  }
  const state = httpPort === undefined ? { free: true as const } : await portState(address, httpPort);
  if (httpPort === undefined || state.free || (!now && isOurs(state, own))) {
    return undefined;
  }
  return own.has(state.holder?.pid ?? 0)
    ? `port ${httpPort} is in use by ${shown(state.holder)} of this cluster; allowed is a port that none of its nodes has: ` +
        "nodes restart one at a time, so move http.port by at least the number of nodes"
    : explain(address, httpPort, state.code, state.holder);
}

/** Where the machine does not tell who holds a port, it may be one of ours. */
function isOurs(state: PortState, own: ReadonlyMap<number, string>): boolean {
  return (
    !state.free &&
    state.code === "EADDRINUSE" &&
    own.size > 0 &&
    (state.holder === undefined || own.has(state.holder.pid))
  );
}
