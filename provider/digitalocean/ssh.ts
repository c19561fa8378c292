import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { shellQuote } from "../../components/beam/shell";

const run = promisify(execFile);

export type Answer =
  | { readonly ok: true; readonly text: string }
  /** Why there is none, in one line. */
  | { readonly ok: false; readonly reason: string };

// The host's key is new with every droplet, and addresses are given out again: there is nothing to compare it
// with. Nothing secret is sent, and no agent is lent.
const options = [
  ...["BatchMode=yes", "ConnectTimeout=5", "LogLevel=ERROR", "ForwardAgent=no", "ClearAllForwardings=yes"],
  ...["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null"],
].flatMap((option) => ["-o", option]);

/** Runs a command on a droplet as root, with the keys that `ssh` finds by itself. */
export async function ssh(
  address: string,
  command: readonly string[],
  signal?: AbortSignal,
): Promise<Answer> {
  const remote = command.map(shellQuote).join(" ");
  try {
    const { stdout } = await run("ssh", ["-n", ...options, `root@${address}`, remote], {
      env: environment(),
      timeout: 30_000,
      signal,
    });
    return { ok: true, text: stdout };
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    const lines = (stderr ?? "").trim().split("\n");
    return { ok: false, reason: lines.at(-1) || message.split("\n")[0] || "ssh failed" };
  }
}

// Elixir, evaluated on the node itself. The mark tells the answer from whatever else the release prints.
const expression = 'IO.puts(Enum.join(["beam-peers:" | Node.list()], " "))';

/** Asks the node of a droplet for the nodes it is connected to. */
export async function peersOverSsh(
  address: string,
  signal?: AbortSignal,
): Promise<{ readonly peers: readonly string[] } | { readonly reason: string }> {
  const answer = await ssh(address, ["beam", "rpc", expression], signal);
  if (!answer.ok) {
    return answer;
  }
  const peers = /^beam-peers:(.*)$/m.exec(answer.text)?.[1];
  return peers === undefined
    ? { reason: "its node does not answer yet" }
    : {
        peers: peers
          .split(" ")
          .filter((name) => name !== "")
          .sort(),
      };
}

/** What `ssh` needs to find its keys, and none of our passphrases and tokens. */
function environment(): Record<string, string> {
  const names = ["PATH", "HOME", "USER", "SSH_AUTH_SOCK", "LANG", "LC_ALL"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
