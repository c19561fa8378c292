import { spawn } from "node:child_process";

/** How long a command that was asked to stop may take before it is killed. */
const graceMs = 3_000;
const keptBytes = 1024 * 1024;
const tailLines = 8;

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/** Runs a command to its end and gives its standard output; fails with the last lines that it wrote. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { signal, ...where } = options;
  signal?.throwIfAborted();
  // A process group of its own, so that stopping `go` stops the compilers it started too.
  const child = spawn(command, args, { ...where, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let output = "";
  let all = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output = (output + text).slice(-keptBytes);
    all = (all + text).slice(-keptBytes);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (all = (all + text).slice(-keptBytes)));

  const kill = (name: NodeJS.Signals) => killGroup(child.pid, name);
  let last: NodeJS.Timeout | undefined;
  const stop = () => {
    kill("SIGTERM");
    last = setTimeout(() => kill("SIGKILL"), graceMs);
  };
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const end = await new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, by) => resolve(by ?? `exit ${code ?? "unknown"}`));
    });
    signal?.throwIfAborted();
    if (end !== "exit 0") {
      const tail = all.trim().split("\n").slice(-tailLines).join("\n");
      throw new Error(`${[command, ...args].join(" ")} failed (${end})${tail ? `:\n${tail}` : ""}`);
    }
    return output;
  } finally {
    clearTimeout(last);
    signal?.removeEventListener("abort", stop);
  }
}

function killGroup(leader: number | undefined, name: NodeJS.Signals): void {
  if (leader === undefined) {
    return;
  }
  try {
    process.kill(-leader, name);
  } catch {
    // It ended by itself in the meantime.
  }
}
