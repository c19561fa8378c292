import { configuredApi, type FlyApi } from "../provider/fly/api";
import { askPeers } from "../provider/fly/rollout/peers";
import { list, optionalText, record } from "../provider/fly/shapes";
import type { NodeStatus, StateResource } from "./nodeStatus";

/** Asks the nodes through the Machines API: no WireGuard, only a token (in the environment: FLY_API_TOKEN). */
export async function flyNodes(resources: readonly StateResource[]): Promise<readonly NodeStatus[]> {
  const clusters = resources.filter(({ type }) => type === "beam:fly:Machines").map(({ outputs }) => outputs);
  return (await Promise.all(clusters.map(cluster))).flat();
}

async function cluster(outputs: Readonly<Record<string, unknown>>): Promise<readonly NodeStatus[]> {
  const app = optionalText(outputs.app) ?? "";
  const command = list(outputs.peersCommand).map(String);
  const basename = /^BEAM_NODE=(.*)@/m.exec(
    optionalText(record(record(outputs.config).env).BEAM_BOOT) ?? "",
  )?.[1];
  const api = configuredApi({});
  return await Promise.all(
    list(outputs.machines)
      .map(record)
      .map(({ id, privateIp }) => ask(api, app, String(id), String(privateIp), basename ?? "", command)),
  );
}

async function ask(
  api: FlyApi,
  app: string,
  id: string,
  address: string,
  basename: string,
  command: readonly string[],
): Promise<NodeStatus> {
  const node = `${basename}@${address}`;
  const found = await api.machines.get(app, id).catch(() => undefined);
  if (found?.state !== "started") {
    return { node, address, state: "stopped", peers: [] };
  }
  // Without a command nobody said how to ask; the machine runs, and that is all that is known.
  const { peers } = command.length === 0 ? { peers: undefined } : await askPeers(api, app, id, command);
  return peers === undefined
    ? { node, address, state: "unreachable", peers: [] }
    : { node, address, state: "running", peers };
}
