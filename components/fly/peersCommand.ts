// Elixir, evaluated on the node itself. The mark tells the answer from whatever else the release prints.
const expression = 'IO.puts(Enum.join(["beam-peers:" | Node.list()], " "))';

/** Runs a command of the release as, or towards, the node of the machine it runs in. */
export function releaseCommand(
  releasePath: string,
  release: string,
  ...command: readonly string[]
): string[] {
  return ["sh", "-c", 'eval "$BEAM_BOOT"', "beam", `${releasePath}/bin/${release}`, ...command];
}

/** Prints the nodes that a node is connected to. */
export function peersCommand(releasePath: string, release: string): string[] {
  return releaseCommand(releasePath, release, "rpc", expression);
}
