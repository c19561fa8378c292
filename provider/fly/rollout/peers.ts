import type { FlyApi } from "../api";
import { isKind } from "../errors";
import type { Roll } from "./fleet";

/** Asks a node, by running a command in its machine; undefined where it does not answer. */
export async function askPeers(
  api: FlyApi,
  app: string,
  id: string,
  command: readonly string[],
  signal?: AbortSignal,
): Promise<{ peers?: readonly string[]; said: string }> {
  try {
    const { stdout, stderr } = await api.machines.exec(app, id, command, 20, signal);
    // The mark tells the answer from whatever else a release prints.
    const answer = /^beam-peers:(.*)$/m.exec(stdout)?.[1];
    return answer === undefined
      ? { said: (stderr || stdout).trim().split("\n").slice(-2).join(" ").slice(0, 200) }
      : { peers: answer.split(" ").filter((name) => name !== ""), said: "" };
  } catch (error) {
    // Refused while somebody holds a lease, or lost on its way.
    if (isKind(error, "held", "uncertain", "notNow")) {
      return { said: error.message };
    }
    throw error;
  }
}

/** Waits until a node is connected to every peer it should be; cannot be asked while its machine is leased. */
export async function untilJoined(roll: Roll, slot: string, id: string): Promise<void> {
  const { api, inputs, fleet, signal } = roll;
  if (inputs.peersCommand === undefined) {
    return;
  }
  const deadline = api.clock.now() + inputs.startTimeoutSeconds * 1000;
  for (;;) {
    const { peers, said } = await askPeers(api, inputs.app, id, inputs.peersCommand, signal);
    const wanted = fleet.peersOf(slot);
    const seen = new Set(peers?.map((name) => address(name.slice(name.indexOf("@") + 1))));
    const missing = wanted.filter((peer) => !seen.has(address(peer)));
    if (peers !== undefined && missing.length === 0) {
      return;
    }
    if (api.clock.now() > deadline) {
      const found =
        peers === undefined
          ? `does not tell its peers: ${said || "the command printed nothing"}`
          : `sees ${wanted.length - missing.length} of ${wanted.length} peers, not ${missing.join(", ")}`;
      throw new Error(
        `${slot} (machine ${id}) ${found}, after ${inputs.startTimeoutSeconds} s\n  is dns_cluster or libcluster ` +
          "running in the release? Its query stands in DNS_CLUSTER_QUERY. A release that does not cluster can set peerCheck: false",
      );
    }
    await api.clock.sleep(1000, signal);
  }
}

/** One spelling of an IPv6 address, which Erlang and Fly may shorten differently. */
function address(text: string): string {
  try {
    return text.includes(":") ? new URL(`http://[${text}]`).hostname : text;
  } catch {
    return text;
  }
}
