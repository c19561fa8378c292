import { spawn } from "node:child_process";

/** What of a command's output is worth repeating when it fails. */
const tailLines = 30;
const keptBytes = 64 * 1024;
const passedOn = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a command to its end and gives what it wrote; fails with the last lines of that.
 * A signal that asks us to stop goes to the command first, and then takes its course here.
 */
export async function run(
  command: string,
  args: readonly string[],
  { cwd, env = process.env }: RunOptions = {},
): Promise<string> {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });

  let output = "";
  const keep = (text: string) => (output = (output + text).slice(-keptBytes));
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);

  let interrupted: NodeJS.Signals | undefined;
  const passOn = (signal: NodeJS.Signals) => {
    interrupted = signal;
    child.kill(signal);
  };
  for (const signal of passedOn) process.on(signal, passOn);

  let end: string;
  try {
    end = await new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve(signal ?? `exit ${code ?? "unknown"}`));
    });
  } finally {
    for (const signal of passedOn) process.off(signal, passOn);
  }

  // Nobody else listens: do what the signal would have done had we not.
  if (interrupted && process.listenerCount(interrupted) === 0) process.kill(process.pid, interrupted);
  if (interrupted || end !== "exit 0") throw new Error(failure([command, ...args].join(" "), end, output));
  return output;
}

/** `mix release failed (exit 1):` and the end of what it wrote. */
export function failure(command: string, end: string, output: string): string {
  const lines = output.trimEnd().split("\n").slice(-tailLines);
  return `${command} failed (${end})${output.trim() ? `:\n${lines.join("\n")}` : ", and wrote nothing"}`;
}
