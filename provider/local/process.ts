import { execFile, spawn } from "node:child_process";
import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A process, told apart from a later one that was given the same number. */
export interface Daemon {
  readonly pid: number;
  /** When it started, in the system's own words. */
  readonly started: string;
}

export interface StartOptions {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  /** File that its output is appended to. */
  readonly log: string;
}

/** Starts a process that belongs to no terminal and no parent, and so outlives us. */
export async function startDaemon(options: StartOptions): Promise<Daemon> {
  const [file, ...args] = options.command;
  if (file === undefined) {
    throw new Error("a daemon needs a command");
  }
  const log = fs.openSync(options.log, "a", 0o600);
  try {
    const child = spawn(file, args, {
      detached: true,
      stdio: ["ignore", log, log],
      cwd: options.directory,
      env: options.env,
    });
    const pid = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("spawn", () =>
        child.pid === undefined ? reject(new Error(`${file} has no pid`)) : resolve(child.pid),
      );
    });
    child.unref();
    return { pid, started: (await startOf(pid)) ?? "ended at once" };
  } finally {
    fs.closeSync(log);
  }
}

/** Whether this very process still runs. */
export async function isRunning(daemon: Daemon): Promise<boolean> {
  return (await startOf(daemon.pid)) === daemon.started;
}

/**
 * Ends a process of ours: SIGTERM, on which a BEAM node stops its applications in order, then SIGKILL. One that
 * merely has the same pid is left alone.
 */
export async function stopDaemon(daemon: Daemon, graceSeconds: number): Promise<void> {
  for (const [signal, seconds] of [
    ["SIGTERM", graceSeconds],
    ["SIGKILL", 5],
  ] as const) {
    if (!(await isRunning(daemon))) {
      return;
    }
    process.kill(daemon.pid, signal);
    for (let waited = 0; waited < seconds * 20; waited++) {
      await sleep(50);
      if (!(await isRunning(daemon))) {
        return;
      }
    }
  }
  throw new Error(
    `process ${daemon.pid} is still there 5 s after SIGKILL; look at what holds it, then run the command again`,
  );
}

/** When a process started; undefined where there is none, or only its remains. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") {
    try {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
      // The second field is the program's name in parentheses, which may hold anything; count from behind it.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const boot = fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
      return fields[0] === "Z" || fields[0] === "X" ? undefined : `${boot} ${fields[19] ?? ""}`;
    } catch {
      return undefined;
    }
  }
  try {
    const { stdout } = await run("ps", ["-o", "state=,lstart=", "-p", String(pid)], {
      env: { LC_ALL: "C", PATH: process.env.PATH },
    });
    const [state = "Z", ...started] = stdout.trim().split(/\s+/);
    return state.startsWith("Z") ? undefined : started.join(" ");
  } catch {
    return undefined;
  }
}

/** What a daemon may know of our own environment: enough to run, and none of our passphrases and tokens. */
export function plainEnvironment(): Record<string, string> {
  const names = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"];
  const present = names.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(
    present.filter((pair): pair is readonly [string, string] => pair[1] !== undefined),
  );
}
