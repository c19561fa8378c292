import type { PortPolicy } from "./portPolicy";

/** Which kind of VM a release's command starts. */
export type CommandKind =
  /** `start`, `start_iex`, `daemon`, `daemon_iex`: the node itself, which listens. */
  | "node"
  /** `remote`, `rpc`, `stop`, `restart`, `pid`: a hidden node that dials this one. */
  | "client";

/**
 * The emulator flags that hold a node to its policy.
 *
 * A client must not be given the node's own port (it would find it taken: `eaddrinuse`), and needs none: it
 * dials and is never dialled. Without epmd it still has to be told which port its peer listens on.
 */
export function vmFlags(policy: PortPolicy, kind: CommandKind): readonly string[] {
  const { first, last } = policy.distPorts;
  const noEpmd = ["-start_epmd", "false", "-erl_epmd_port", String(first)];
  if (kind === "client") {
    return policy.epmd ? [] : [...noEpmd, "-dist_listen", "false"];
  }
  return policy.epmd
    ? ["-kernel", "inet_dist_listen_min", String(first), "inet_dist_listen_max", String(last)]
    : noEpmd;
}
