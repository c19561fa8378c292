import { peersOverSsh } from "../provider/digitalocean/ssh";
import type { NodeStatus, StateResource } from "./nodeStatus";

/** Asks the nodes on droplets, each by SSH: only from where `sshSources` lets us in. */
export async function dropletNodes(resources: readonly StateResource[]): Promise<readonly NodeStatus[]> {
  const joined = resources.filter(({ type }) => type === "beam:digitalocean:Joined");
  return await Promise.all(
    joined.map(({ outputs }) => ask(String(outputs.nodeName), String(outputs.address))),
  );
}

async function ask(node: string, address: string): Promise<NodeStatus> {
  const answer = await peersOverSsh(address);
  return "peers" in answer
    ? { node, address, state: "running", peers: answer.peers }
    : { node, address, state: "unreachable", peers: [] };
}
