/** One node as it was asked a moment ago. */
export interface NodeStatus {
  readonly node: string;
  readonly address: string;
  readonly state: "running" | "unreachable" | "stopped";
  /** Nodes it is connected to; empty where it does not answer. */
  readonly peers: readonly string[];
}

/** A resource in the stack's state, as far as it concerns us. */
export interface StateResource {
  readonly type: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A cluster is whole when every node answers and sees every other. */
export function isWhole(nodes: readonly NodeStatus[]): boolean {
  return (
    nodes.length > 0 && nodes.every((one) => one.state === "running" && missing(one, nodes).length === 0)
  );
}

/** The nodes that this one should see and does not. */
export function missing(one: NodeStatus, all: readonly NodeStatus[]): readonly string[] {
  return all.map(({ node }) => node).filter((name) => name !== one.node && !one.peers.includes(name));
}
