import { peersOf } from "../provider/local/query";
import { isRunning } from "../provider/local/process";
import type { NodeStatus, StateResource } from "./nodeStatus";

/** Asks the nodes of this machine, each through its own control script. */
export async function localNodes(resources: readonly StateResource[]): Promise<readonly NodeStatus[]> {
  const nodes = resources.filter(({ type }) => type === "beam:local:Node").map(({ outputs }) => outputs);
  return await Promise.all(nodes.map(ask));
}

async function ask(outputs: Readonly<Record<string, unknown>>): Promise<NodeStatus> {
  const node = String(outputs.nodeName);
  const address = node.slice(node.indexOf("@") + 1);
  if (!(await isRunning({ pid: Number(outputs.pid), started: String(outputs.started) }))) {
    return { node, address, state: "stopped", peers: [] };
  }
  const peers = await peersOf(String(outputs.control));
  return peers === undefined
    ? { node, address, state: "unreachable", peers: [] }
    : { node, address, state: "running", peers };
}
