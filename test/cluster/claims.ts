import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { AddressFamily } from "../../components/beam/bootScript";
import { connectFrom, openTcpPorts } from "./probes";
import type { RingCluster, RingNode } from "./ringCluster";
import type { Party, Row, Rule } from "./row";

/** How long a cluster may take to form or to heal. */
export const boundSeconds = 30;

/** One way a target was set up, and what is claimed of it. Each claim throws where it does not hold. */
export interface Setting {
  readonly row: Row;
  readonly cluster: RingCluster;
  readonly family: AddressFamily;
  readonly epmd: boolean;
}

/** Every node sees every other within the bound. Gives the seconds it took, in words. */
export async function forms({ cluster }: Pick<Setting, "cluster">): Promise<string> {
  const seconds = await cluster.formed(boundSeconds);
  assert.notEqual(seconds, undefined, `not whole within ${boundSeconds} s`);
  return `${(seconds ?? 0).toFixed(1)} s`;
}

/** The rules that let nodes in to each other's epmd and distribution ports. */
export function clusterRules({ cluster }: Pick<Setting, "cluster">): readonly Rule[] {
  const { policy } = cluster.declaration;
  const all = [policy.in, policy.out].flatMap((side) => (side === "all" ? [] : side));
  return all.filter(({ party, protocol }) => party === "members" && protocol === "tcp");
}

/** With a rule taken away the nodes run, and do not become a cluster. Leaves no node behind. */
export async function doesNotFormWithout({ cluster }: Pick<Setting, "cluster">, rule: Rule): Promise<void> {
  await cluster.applyFilters({ without: rule });
  cluster.nodes.forEach((node) => node.start());
  await answering(cluster);
  // Several times what a whole set of rules needs.
  await sleep(4000);
  const seen = await Promise.all(cluster.nodes.map((node) => node.peers()));
  await cluster.stopAll();
  const whole = seen.every((peers) => peers?.length === cluster.nodes.length - 1);
  assert.equal(whole, false, `without "${rule.purpose}" the cluster forms all the same`);
}

/** Somebody on the same network who holds the right cookie. */
export async function strangerIsKeptOut({ cluster, family, epmd }: Setting): Promise<boolean> {
  return (await connectFrom(cluster.stranger, { ...attempt(cluster), family, epmd })) === "refused";
}

/** A member's machine, so let through by every rule, with another cookie; and, to check the probe, with the right one. */
export async function wrongCookieIsRefused({ cluster, family, epmd }: Setting): Promise<void> {
  const probe = { ...attempt(cluster), family, epmd };
  assert.equal(await connectFrom(cluster.spare, { ...probe, cookie: "SomeOtherCookie" }), "refused");
  assert.equal(
    await connectFrom(cluster.spare, probe),
    "connected",
    "the probe does not even get in with the right cookie",
  );
}

/** Whether the target declared another cluster as its peer. */
export function namesPeer({ cluster }: Pick<Setting, "cluster">): boolean {
  const incoming = cluster.declaration.policy.in;
  return incoming !== "all" && incoming.some(({ party }) => party === "peers");
}

/** A machine of the cluster that was named as a peer, with the cookie that peers share. */
export async function peerGetsIn({ cluster, family, epmd }: Setting): Promise<boolean> {
  return (await connectFrom(cluster.peer, { ...attempt(cluster), family, epmd })) === "connected";
}

/** All TCP ports of a member, seen by a stranger and by a member, against what was declared. */
export async function nothingElseIsOpen({ row, cluster, epmd }: Setting): Promise<string> {
  const address = cluster.address(first(cluster).host);
  const [scanned, fromMember] = await Promise.all([
    openTcpPorts(cluster.stranger, address),
    openTcpPorts(cluster.spare, address),
  ]);
  // A whole scan is fast, and may lose a packet; the ports in question are asked for once more, with patience.
  const inQuestion = "4369,9000-9010";
  const again = await openTcpPorts(cluster.stranger, address, inQuestion);
  const fromStranger = [...new Set([...scanned, ...again])].sort((a, b) => a - b);
  const undeclared = (ports: readonly number[], parties: readonly Party[]) =>
    ports.filter((port) => !isAllowed(cluster, port, parties));
  assert.deepEqual(undeclared(fromStranger, ["network"]), [], "open to a stranger");
  assert.deepEqual(undeclared(fromMember, ["network", "members"]), [], "open to a member");
  if (row.stranger === "kept out") {
    assert.deepEqual(fromStranger, [], "open to a stranger");
  }
  const reached = await openTcpPorts(cluster.spare, address, inQuestion);
  assert.equal(reached.length, epmd ? 2 : 1, `members reach ${reached.join(", ")}`);
  return `${fromStranger.join(", ") || "nothing"} / ${reached.join(", ")}`;
}

/** `rpc` and a console on a terminal, both beside the running node and under the same policy. */
export async function consoleWorks({ cluster }: Pick<Setting, "cluster">): Promise<void> {
  const node = first(cluster);
  const [rpc, screen] = await Promise.all([
    node.run(["rpc", "IO.inspect(Node.list())"]),
    node.console('IO.puts("seen: " <> Enum.join(Node.list()))'),
  ]);
  for (const other of cluster.nodes.slice(1)) {
    const address = cluster.address(other.host);
    assert.ok(rpc.stdout.includes(address), `rpc: ${rpc.stdout}${rpc.stderr}`);
    assert.match(screen, new RegExp(`seen: .*@${address.replaceAll(".", "\\.")}`), screen);
  }
}

/** A node is killed and started again. */
export async function killedNodeComesBack({ cluster }: Pick<Setting, "cluster">): Promise<string> {
  const victim = first(cluster);
  await victim.kill();
  await sleep(500);
  victim.start();
  return await forms({ cluster });
}

/** One node is cut off from the others for a while; then the network is as before. */
export async function partitionHeals(
  { cluster }: Pick<Setting, "cluster">,
  seconds: number,
): Promise<string> {
  const victim = first(cluster);
  const began = Date.now();
  await cluster.applyFilters({ cut: [victim.host] });
  // Erlang sends something every 15 s, and whatever a connection says now resets it. A quiet one would outlive the
  // cut, and a test that only waited would prove nothing.
  const waited = () => (Date.now() - began) / 1000;
  while (waited() < seconds || ((await victim.peers())?.length !== 0 && waited() < 100)) {
    await sleep(500);
  }
  assert.deepEqual(await victim.peers(), [], "the node was not cut off");
  await cluster.applyFilters();
  return await forms({ cluster });
}

async function answering(cluster: RingCluster): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    const seen = await Promise.all(cluster.nodes.map((node) => node.peers()));
    if (seen.every((peers) => peers !== undefined)) {
      return;
    }
    await sleep(100);
  }
  throw new Error(`the nodes do not answer on their own machines:\n${cluster.logs()}`);
}

function isAllowed({ declaration }: RingCluster, port: number, parties: readonly Party[]): boolean {
  const { in: incoming } = declaration.policy;
  return (
    incoming === "all" ||
    incoming.some(
      ({ protocol, ports, party }) =>
        protocol === "tcp" &&
        parties.includes(party) &&
        (ports?.first ?? 0) <= port &&
        port <= (ports?.last ?? 65535),
    )
  );
}

function attempt(cluster: RingCluster) {
  const { host } = first(cluster);
  const { declaration, address } = cluster;
  return { target: `${declaration.basename}@${address(host)}`, cookie: declaration.cookie, address };
}

function first({ nodes }: RingCluster): RingNode {
  const [node] = nodes;
  assert.ok(node);
  return node;
}
