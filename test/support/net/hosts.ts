import { execFile, execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { ruleset, type Filter } from "./filter";

const exec = promisify(execFile);

/** One machine: a network namespace with an interface, a resolver and a filter of its own. */
export interface Host {
  readonly name: string;
  readonly ipv4: string;
  readonly ipv6: string;
  /** Folder of its own, for logs and state. */
  readonly directory: string;
  /** Runs a command there to its end, bounded; gives its status and output whatever the status. */
  run(command: readonly string[], env?: NodeJS.ProcessEnv, timeoutMs?: number): Promise<Ended>;
  /** Starts a command there and leaves it running until the hosts are torn down; its output goes to `log`. */
  start(command: readonly string[], env: NodeJS.ProcessEnv, log?: string): Running;
  /** Replaces what may come in and go out. Everything else is dropped. */
  filter(filter: Filter): Promise<void>;
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  /** The process that was started and all that it started, gone at once. */
  kill(): Promise<void>;
  readonly log: string;
}

export interface Network {
  readonly hosts: readonly Host[];
  /** The machine that plays the cloud: name server, metadata. Every host reaches it, at these addresses too. */
  readonly cloud: Host;
}

export interface NetworkOptions {
  readonly hosts: readonly string[];
  /** Addresses the cloud answers on besides its own, such as 169.254.169.254. */
  readonly cloudAddresses?: readonly string[];
  /** First four groups of the hosts' IPv6 addresses. @default fd77:0:0:1 */
  readonly ipv6Prefix?: string;
}

/** Hosts that live now, by the prefix of their namespaces. */
const alive = new Set<string>();
let serial = 0;

/**
 * Splits this machine into hosts on one switch, all of it in namespaces of its own, runs a test there and takes
 * everything away again: after a failure, after Ctrl-C, and what an earlier run left that was killed.
 *
 * No address of the machine itself is ever given out or dialled, and the names carry the process that made them,
 * so runs side by side do not meet.
 */
export async function withHosts(
  options: NetworkOptions,
  test: (network: Network) => Promise<void>,
): Promise<void> {
  const network = openNetwork(options);
  try {
    await test(network);
  } finally {
    network.close();
  }
}

/** The same for a test that has its own end: whoever opens it closes it. */
export function openNetwork(options: NetworkOptions): Network & { close(): void } {
  removeAbandoned();
  const prefix = `beam${process.pid}x${serial++}`;
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "beam-hosts-"));
  const close = () => {
    remove(prefix);
    alive.delete(prefix);
    listen(alive.size > 0);
    fs.rmSync(directory, { recursive: true, force: true });
  };
  alive.add(prefix);
  listen(true);
  try {
    return { ...build(prefix, directory, options), close };
  } catch (error) {
    close();
    throw error;
  }
}

process.once("exit", () => alive.forEach(remove));

/** While there are hosts, a signal takes them away before it takes its course. */
function onSignal(signal: NodeJS.Signals): void {
  alive.forEach(remove);
  listen(false);
  process.kill(process.pid, signal);
}

function listen(on: boolean): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.off(signal, onSignal);
    if (on) {
      process.on(signal, onSignal);
    }
  }
}

function build(prefix: string, directory: string, options: NetworkOptions): Network {
  const v6 = options.ipv6Prefix ?? "fd77:0:0:1";
  const cloudNamespace = `${prefix}-cloud`;
  const cloudAddresses = [
    "10.77.0.1/16",
    `${v6}::1/64`,
    ...(options.cloudAddresses ?? []).map((one) => `${one}/32`),
  ];
  ip(`netns add ${cloudNamespace}`);
  batch(cloudNamespace, [
    "link set lo up",
    "link add switch type bridge",
    "link set switch up",
    ...cloudAddresses.map((address) => `address add ${address} dev switch nodad`),
  ]);
  const hosts = options.hosts.map((name, index) => {
    const number = index + 10;
    const namespace = `${prefix}-${index}`;
    const [ipv4, ipv6] = [`10.77.${number >> 8}.${number & 255}`, `${v6}::${number.toString(16)}`];
    ip(`netns add ${namespace}`);
    ip(`link add eth0 netns ${namespace} type veth peer name h${index} netns ${cloudNamespace}`);
    batch(cloudNamespace, [`link set h${index} master switch`, `link set h${index} up`]);
    batch(namespace, [
      "link set lo up",
      "link set eth0 up",
      `address add ${ipv4}/16 dev eth0`,
      `address add ${ipv6}/64 dev eth0 nodad`,
      "route add default via 10.77.0.1",
    ]);
    resolver(namespace);
    return host(name, namespace, ipv4, ipv6, path.join(directory, name));
  });
  return {
    hosts,
    cloud: host("cloud", cloudNamespace, "10.77.0.1", `${v6}::1`, path.join(directory, "cloud")),
  };
}

function host(name: string, namespace: string, ipv4: string, ipv6: string, directory: string): Host {
  fs.mkdirSync(directory, { recursive: true });
  const within = (command: readonly string[]) => ["netns", "exec", namespace, ...command];
  return {
    name,
    ipv4,
    ipv6,
    directory,
    run: async (command, env = process.env, timeoutMs = 30_000) => {
      try {
        const options = { env, timeout: timeoutMs, cwd: directory, maxBuffer: 64 * 1024 * 1024 };
        const { stdout, stderr } = await exec("ip", within(command), options);
        return { code: 0, stdout, stderr };
      } catch (error) {
        const {
          code,
          stdout = "",
          stderr = "",
        } = error as { code?: unknown; stdout?: string; stderr?: string };
        return { code: typeof code === "number" ? code : 1, stdout, stderr };
      }
    },
    start: (command, env, log = path.join(directory, "log")) => {
      const output = fs.openSync(log, "a");
      const child = spawn("ip", within(command), {
        env,
        cwd: directory,
        detached: true,
        stdio: ["ignore", output, output],
      });
      fs.closeSync(output);
      const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
      child.once("error", () => undefined);
      return {
        log,
        kill: async () => {
          if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
            process.kill(-child.pid, "SIGKILL");
          }
          await ended;
        },
      };
    },
    filter: async (filter) => {
      const input = ruleset(filter);
      await new Promise<void>((resolve, reject) => {
        const nft = execFile("ip", within(["nft", "-f", "-"]), (error) =>
          error ? reject(new Error(`${error.message}\n${input}`)) : resolve(),
        );
        nft.stdin?.end(input);
      });
    },
  };
}

/** `ip netns exec` gives a host whatever files stand here in place of those in /etc. */
const etc = (namespace: string) => path.join("/etc/netns", namespace);

function resolver(namespace: string): void {
  fs.mkdirSync(etc(namespace), { recursive: true });
  fs.writeFileSync(
    path.join(etc(namespace), "resolv.conf"),
    "nameserver 10.77.0.1\noptions timeout:1 attempts:2\n",
  );
}

/** What runs of processes that are gone have left. */
function removeAbandoned(): void {
  for (const name of namespaces()) {
    const [, prefix, pid] = /^(beam(\d+)x\d+)-/.exec(name) ?? [];
    if (prefix !== undefined && !fs.existsSync(`/proc/${pid ?? ""}`)) {
      remove(prefix);
    }
  }
}

function remove(prefix: string): void {
  const mine = namespaces().filter((name) => name.startsWith(`${prefix}-`));
  for (const namespace of mine) {
    for (const pid of quiet("ip", ["netns", "pids", namespace]).split("\n").filter(Boolean)) {
      quiet("kill", ["-9", pid]);
    }
  }
  for (const namespace of mine) {
    quiet("ip", ["netns", "del", namespace]);
    fs.rmSync(etc(namespace), { recursive: true, force: true });
  }
}

function namespaces(): readonly string[] {
  return quiet("ip", ["netns", "list"])
    .split("\n")
    .map((line) => line.split(" ")[0] ?? "");
}

function ip(command: string): void {
  execFileSync("ip", command.split(" "), { stdio: ["ignore", "ignore", "pipe"] });
}

function batch(namespace: string, commands: readonly string[]): void {
  execFileSync("ip", ["-n", namespace, "-batch", "-"], {
    input: commands.join("\n"),
    stdio: ["pipe", "ignore", "pipe"],
  });
}

function quiet(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
}
