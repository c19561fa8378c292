import { spawn } from "node:child_process";
import { shellQuote } from "../components/beam/shell";
import { releaseCommand } from "../components/fargate/containerDefinition";
import type { ExecTarget } from "../components/fargate/console";
import type { NodeStatus, StateResource } from "./nodeStatus";

/** Runs the AWS CLI and gives what it printed. */
export type Aws = (args: readonly string[]) => Promise<string>;

/** Asks AWS for the tasks of each cluster, and each running one, through ECS Exec, for the nodes it sees. */
export async function fargateNodes(
  resources: readonly StateResource[],
  aws: Aws = awsCli,
): Promise<readonly NodeStatus[]> {
  const clusters = resources.filter(({ type }) => type === "beam:index:FargateCluster");
  return (await Promise.all(clusters.map((one) => nodesOf(one.outputs, aws)))).flat();
}

async function nodesOf(outputs: StateResource["outputs"], aws: Aws): Promise<readonly NodeStatus[]> {
  const target = outputs.exec as ExecTarget;
  const place = ["--region", target.region, "--cluster", target.cluster];
  const json = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse(await aws(["ecs", ...args, ...place, "--output", "json"])) as unknown;
  const { taskArns } = (await json("list-tasks", "--service-name", target.service)) as { taskArns: string[] };
  if (taskArns.length === 0) {
    return [];
  }
  const { tasks } = (await json("describe-tasks", "--tasks", ...taskArns)) as { tasks: Task[] };
  return await Promise.all(
    tasks.map(async (task) => {
      const address = addressOf(task);
      const known = { node: `${String(outputs.nodeBasename)}@${address}`, address };
      if (task.lastStatus !== "RUNNING") {
        return { ...known, state: "stopped" as const, peers: [] };
      }
      const peers = await peersOf(task, target, place, aws);
      return peers === undefined
        ? { ...known, state: "unreachable" as const, peers: [] }
        : { ...known, state: "running" as const, peers };
    }),
  );
}

interface Task {
  readonly taskArn: string;
  readonly lastStatus: string;
  readonly attachments?: readonly {
    readonly details: readonly { readonly name: string; readonly value: string }[];
  }[];
}

function addressOf({ attachments = [] }: Task): string {
  const details = attachments.flatMap((attachment) => attachment.details);
  return details.find(({ name }) => name === "privateIPv4Address")?.value ?? "";
}

// Elixir, evaluated on the node itself. The mark tells the answer from what the session prints around it.
const expression = 'IO.puts(Enum.join(["beam-peers:" | Node.list()], " "))';

async function peersOf(
  { taskArn }: Task,
  { container, releasePath }: ExecTarget,
  place: readonly string[],
  aws: Aws,
): Promise<readonly string[] | undefined> {
  const rpc = [...releaseCommand(releasePath, container, "rpc"), expression].map(shellQuote).join(" ");
  const session = ["--task", taskArn, "--container", container, "--interactive", "--command", rpc];
  try {
    const answer = /beam-peers:([^\r\n]*)/.exec(
      await aws(["ecs", "execute-command", ...place, ...session]),
    )?.[1];
    return answer
      ?.split(" ")
      .filter((name) => name !== "")
      .sort();
  } catch {
    // Exec may be off, its agent not up yet, or the node not answer: all the same from here.
    return undefined;
  }
}

/** The session manager takes the end of its input for the end of the session, so the input stays open. */
async function awsCli(args: readonly string[]): Promise<string> {
  return await new Promise((resolve, reject) => {
    const child = spawn("aws", args, { stdio: ["pipe", "pipe", "pipe"], timeout: 30_000 });
    let [out, err] = ["", ""];
    child.stdout.on("data", (data: Buffer) => (out += data.toString()));
    child.stderr.on("data", (data: Buffer) => (err += data.toString()));
    child.once("error", (cause) =>
      reject(
        new Error("the AWS CLI (aws), through which nodes are asked, cannot be run; install it", { cause }),
      ),
    );
    child.once("close", (code) =>
      code === 0
        ? resolve(out)
        : reject(new Error(`aws ${args.slice(0, 2).join(" ")} failed: ${err.trim()}`)),
    );
  });
}
