import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { rpcCommand, sshCommand } from "../components/cloudfoundry/command";
import type { NodeStatus, StateResource } from "./nodeStatus";

const run = promisify(execFile);

// Elixir, evaluated on the node itself. The mark tells the answer from whatever else the release prints.
const expression = 'IO.puts(Enum.join(["beam-peers:", node() | Node.list()], " "))';

/** Asks the instances with `cf ssh`, and so with the login and the target of the `cf` on this machine. */
export async function cloudFoundryNodes(resources: readonly StateResource[]): Promise<readonly NodeStatus[]> {
  const apps = resources.filter(({ type }) => type === "beam:cloudfoundry:App").map(({ outputs }) => outputs);
  const asked = apps.flatMap((app) =>
    Array.from({ length: Number(app.instances) }, (_, index) =>
      ask(String(app.name), String(app.command), index),
    ),
  );
  return await Promise.all(asked);
}

async function ask(app: string, start: string, index: number): Promise<NodeStatus> {
  const unknown = `${app}/${index}`;
  try {
    const command = sshCommand(app, index, rpcCommand(start, expression), false);
    const { stdout } = await run("sh", ["-c", command], { timeout: 60_000 });
    return answer(stdout) ?? { node: unknown, address: "", state: "unreachable", peers: [] };
  } catch {
    return { node: unknown, address: "", state: "unreachable", peers: [] };
  }
}

/** What a node said of itself and its peers; undefined where it said nothing. */
export function answer(printed: string): NodeStatus | undefined {
  const found = /beam-peers: (\S+)(.*)/.exec(printed);
  const [, node, rest = ""] = found ?? [];
  return node === undefined
    ? undefined
    : {
        node,
        address: node.slice(node.indexOf("@") + 1),
        state: "running",
        peers: rest.trim().split(/\s+/).filter(Boolean).sort(),
      };
}
