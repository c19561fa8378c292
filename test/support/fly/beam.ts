import { spans } from "./life";
import { bag, type FakeApp, type FakeMachine, type World } from "./world";

/** What a command prints that asks a node for its peers, as if a release with dns_cluster ran in each machine. */
export function answerOf(world: World, app: FakeApp, machine: FakeMachine, command: readonly string[]) {
  if (!command.includes("rpc")) {
    return { exit_code: 0, stdout: "", stderr: "" };
  }
  const self = nodeOf(world, machine);
  if (self === undefined) {
    return { exit_code: 1, stdout: "", stderr: "--rpc-eval : RPC failed with reason :nodedown" };
  }
  const peers = [...app.machines.values()]
    .filter((other) => other.id !== machine.id)
    .map((other) => nodeOf(world, other))
    .filter((node) => node?.basename === self.basename && node.cookie === self.cookie);
  return {
    exit_code: 0,
    stdout: `some line of the release\n${["beam-peers:", ...peers.map((node) => node?.name)].join(" ")}\n`,
    stderr: "",
  };
}

/** A node is there once its release has booted; it has the name its boot script gives, and the cookie it booted with. */
function nodeOf(world: World, machine: FakeMachine) {
  const boot = bag(machine.config.env).BEAM_BOOT;
  const basename = typeof boot === "string" ? /^BEAM_NODE=(.*)@/m.exec(boot)?.[1] : undefined;
  const up = machine.startedAt !== undefined && world.now() - machine.startedAt >= spans.join * 1000;
  const cookie = machine.secrets.RELEASE_COOKIE;
  return up && basename !== undefined && cookie !== undefined
    ? { name: `${basename}@${machine.privateIp}`, basename, cookie }
    : undefined;
}
