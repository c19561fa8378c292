import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { AddressFamily } from "../../components/beam/bootScript";
import { startCloud, type Cloud } from "../support/net/cloud";
import type { Allow, Filter } from "../support/net/filter";
import { openNetwork, type Host, type Running } from "../support/net/hosts";
import type { Declaration, Party, Policy, Row, Rule } from "./row";

export interface RingOptions {
  readonly nodes: number;
  readonly epmd: boolean;
  readonly family: AddressFamily;
  readonly release: string;
  /** Changes what was declared before it is applied: how the ring proves that it would notice. */
  readonly mutate?: (declaration: Declaration) => Declaration;
}

/** A node on its host. */
export interface RingNode {
  readonly host: Host;
  /** Starts the release as the target declared it. */
  start(): void;
  /** Ends it as the kernel would: no goodbye. */
  kill(): Promise<void>;
  /** The peers it sees; undefined where it does not answer. */
  peers(): Promise<readonly string[] | undefined>;
  /** Runs another command of the release beside it. */
  run(args: readonly string[], timeoutMs?: number): Promise<{ code: number; stdout: string; stderr: string }>;
  /** Opens the remote console on a terminal, types a line and gives what the screen shows. */
  console(line: string): Promise<string>;
}

export interface RingCluster {
  readonly declaration: Declaration;
  readonly nodes: readonly RingNode[];
  /** A member's machine with no node on it yet. */
  readonly spare: Host;
  /** A machine of the cluster's named peer, where one was declared. */
  readonly peer: Host;
  /** A machine on the same network that no rule names. */
  readonly stranger: Host;
  readonly address: (host: Host) => string;
  /** Applies the declared rules, perhaps with one taken away or some machines cut off. */
  applyFilters(change?: { without?: Rule; cut?: readonly Host[] }): Promise<void>;
  /** Seconds until every node sees every other; undefined where they do not within the bound. */
  formed(boundSeconds: number): Promise<number | undefined>;
  /** Ends every node and every epmd at once. */
  stopAll(): Promise<void>;
  /** What the nodes printed, for a message. */
  logs(): string;
  close(): void;
}

/** Puts what a target declared on hosts of its own, and starts its nodes. */
export async function startCluster(row: Row, options: RingOptions): Promise<RingCluster> {
  const { nodes, family, release } = options;
  const declared = await row.declare({ nodes, epmd: options.epmd, release }, family);
  const declaration = options.mutate?.(declared) ?? declared;
  const names = Array.from({ length: nodes }, (_, index) => `node${index + 1}`);
  const network = openNetwork({ ...row.network, hosts: [...names, "spare", "stranger", "peer", "balancer"] });
  try {
    const host = (name: string): Host => {
      const found = network.hosts.find((one) => one.name === name);
      if (found === undefined) {
        throw new Error(`no host ${name}`);
      }
      return found;
    };
    const address = ({ ipv4, ipv6 }: Host) => (family === "ipv4" ? ipv4 : ipv6);
    const members = [...names, "spare"].map(host);
    const cloud = await startCloud(network.cloud, row.metadataAddresses);
    publish(cloud, row, declaration, names.map(host), members, family);
    const applyFilters = async ({ without, cut = [] }: { without?: Rule; cut?: readonly Host[] } = {}) => {
      const policy = without === undefined ? declaration.policy : takeAway(declaration.policy, without);
      const addresses = (party: Party): readonly string[] =>
        addressesOf(party, members, host("peer"), host("balancer"));
      const off = cut.map(address);
      for (const member of members) {
        // The others turn the cut-off machines away; were it mutual, the resets would be dropped on arrival.
        await member.filter({ ...toFilter(policy, addresses), cut: cut.includes(member) ? [] : off });
      }
    };
    await applyFilters();
    const running = names.map((name) => ringNode(host(name), row, declaration, family));
    return {
      declaration,
      nodes: running,
      spare: host("spare"),
      peer: host("peer"),
      stranger: host("stranger"),
      address,
      applyFilters,
      formed: (boundSeconds) => formed(running, boundSeconds),
      stopAll: async () => {
        await Promise.all(running.map((node) => node.kill()));
        // epmd is a daemon of its own, and would hold the names.
        const all = "ip netns pids $(ip netns identify $$) | grep -vx $$ | xargs -r kill -9 2>/dev/null";
        await Promise.all(running.map(({ host: one }) => one.run(["sh", "-c", all])));
      },
      logs: () =>
        running.map(({ host: one }) => `${one.name}:\n${read(path.join(one.directory, "log"))}`).join("\n"),
      close: () => network.close(),
    };
  } catch (error) {
    network.close();
    throw error;
  }
}

function read(file: string): string {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8").trimEnd().split("\n").slice(-20).join("\n") : "";
}

function publish(
  cloud: Cloud,
  row: Row,
  { dns }: Declaration,
  nodes: readonly Host[],
  members: readonly Host[],
  family: AddressFamily,
): void {
  const addresses = nodes.map(({ ipv4, ipv6 }) => (family === "ipv4" ? ipv4 : ipv6));
  const metadata = members.map(
    (member) => [member.ipv4, row.surroundings(member, family).metadata ?? {}] as const,
  );
  cloud.answer({
    names: { [dns.name]: { addresses, most: dns.most } },
    metadata: Object.fromEntries(metadata),
  });
}

function takeAway(policy: Policy, rule: Rule): Policy {
  const rest = (rules: Policy["in"]) => (rules === "all" ? rules : rules.filter((one) => one !== rule));
  return { in: rest(policy.in), out: rest(policy.out) };
}

function addressesOf(party: Party, members: readonly Host[], peer: Host, balancer: Host): readonly string[] {
  const both = (hosts: readonly Host[]) => hosts.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]);
  switch (party) {
    case "members":
      return both(members);
    case "peers":
      return both([peer]);
    case "loadBalancer":
      return both([balancer]);
    case "network":
      return ["0.0.0.0/0", "::/0"];
    default:
      return [party.network];
  }
}

function toFilter(policy: Policy, addresses: (party: Party) => readonly string[]): Filter {
  const allow = (rules: Policy["in"]): readonly Allow[] | "all" =>
    rules === "all"
      ? rules
      : rules.map(({ protocol, ports, party }) => ({ protocol, ports, others: addresses(party) }));
  return { in: allow(policy.in), out: allow(policy.out) };
}

function ringNode(host: Host, row: Row, { start }: Declaration, family: AddressFamily): RingNode {
  const env = {
    PATH: process.env.PATH,
    HOME: host.directory,
    LANG: "C.UTF-8",
    TERM: "xterm",
    RELEASE_TMP: path.join(host.directory, "tmp"),
    ...row.surroundings(host, family).env,
    ...start.env,
  };
  let current: Running | undefined;
  return {
    host,
    start: () => {
      current = host.start(start.command("start"), env);
    },
    kill: async () => {
      await current?.kill();
    },
    run: (args, timeoutMs) => host.run(start.command(...args), env, timeoutMs),
    peers: async () => {
      // Over loopback, with the shell's own sockets: a hundred times cheaper than starting a VM to ask.
      const ask = `exec 3<>/dev/tcp/127.0.0.1/${start.env.PORT ?? "4000"} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3`;
      const { stdout } = await host.run(["bash", "-c", ask], env, 5000);
      const body = stdout.slice(stdout.indexOf("{"));
      return body.startsWith("{")
        ? (JSON.parse(body) as { connected_nodes: string[] }).connected_nodes
        : undefined;
    },
    console: async (line) => {
      const command = start
        .command("remote")
        .map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
        .join(" ");
      const typed = `(sleep 2; echo '${line}'; sleep 1.5) | script -qec "$CONSOLE" /dev/null`;
      const { stdout } = await host.run(
        ["timeout", "6", "sh", "-c", typed],
        { ...env, CONSOLE: command },
        15_000,
      );
      return stdout;
    },
  };
}

async function formed(nodes: readonly RingNode[], boundSeconds: number): Promise<number | undefined> {
  const began = Date.now();
  const seconds = () => (Date.now() - began) / 1000;
  while (seconds() < boundSeconds) {
    const seen = await Promise.all(nodes.map((node) => node.peers()));
    if (seen.every((peers) => peers?.length === nodes.length - 1)) {
      return seconds();
    }
    await sleep(200);
  }
  return undefined;
}
