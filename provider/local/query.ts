import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { plainEnvironment } from "./process";

const run = promisify(execFile);

// Elixir, evaluated on the node itself. The mark tells the answer from whatever else the release prints.
const expression = 'IO.puts(Enum.join(["beam-peers:" | Node.list()], " "))';

/** Asks a running node for the nodes it is connected to; undefined where it does not answer. */
export async function peersOf(control: string, signal?: AbortSignal): Promise<readonly string[] | undefined> {
  try {
    const { stdout } = await run("sh", [control, "rpc", expression], {
      env: plainEnvironment(),
      timeout: 15_000,
      signal,
    });
    const answer = /^beam-peers:(.*)$/m.exec(stdout)?.[1];
    return answer
      ?.split(" ")
      .filter((name) => name !== "")
      .sort();
  } catch {
    return undefined;
  }
}
