import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as automation from "@pulumi/pulumi/automation";
import { prepareEngine } from "../../tools/engine";
import type { RecordedCloud } from "./recorder";

const root = path.join(__dirname, "..", "..");

export interface StackUnderTest {
  /** A folder of the test's own; gone when it ends. */
  readonly directory: string;
  /** Runs `pulumi up` with a program; gives what changed, by operation. Fails where the engine does. */
  up(program: automation.PulumiFn): Promise<automation.OpMap>;
  /** What `pulumi up` would change. */
  preview(program: automation.PulumiFn): Promise<automation.OpMap>;
  refresh(): Promise<automation.OpMap>;
  destroy(): Promise<void>;
  outputs(): Promise<automation.OutputMap>;
  /** Types and names of what the state holds, without the stack itself. */
  held(): Promise<readonly string[]>;
  /** Everything the engine printed so far. */
  printed(): string;
  /** The state file, as it lies on disk. */
  stateOnDisk(): string;
  readonly stack: automation.Stack;
}

export interface StackOptions {
  /** A recorder that stands in for the plugin of a cloud. @default - none */
  readonly cloud?: RecordedCloud;
}

/**
 * A stack of its own on the real engine, with a file backend in a temporary folder. Whatever the test does to
 * it, it is destroyed and removed afterwards.
 */
export async function withStack(
  test: (stack: StackUnderTest) => Promise<void>,
  { cloud }: StackOptions = {},
): Promise<void> {
  const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "pulumi-beam-test-")));
  const state = path.join(directory, "state");
  const workDir = path.join(directory, "project");
  fs.mkdirSync(state);
  fs.mkdirSync(workDir);
  const providers = [
    { name: "beam", path: path.join(root, "bin") },
    ...(cloud === undefined
      ? []
      : [{ name: cloud.module.plugin, path: path.join(__dirname, "recorder", "bin") }]),
  ];
  fs.writeFileSync(
    path.join(workDir, "Pulumi.yaml"),
    JSON.stringify({ name: "test", runtime: "nodejs", plugins: { providers } }),
  );
  try {
    const engine = await prepareEngine(() => undefined);
    const nothing = () => Promise.resolve();
    const stack = await automation.LocalWorkspace.createOrSelectStack(
      { stackName: "test", projectName: "test", program: nothing },
      {
        pulumiCommand: engine.command,
        workDir,
        envVars: {
          ...engine.env,
          ...cloud?.env,
          PULUMI_BACKEND_URL: `file://${state}`,
          PULUMI_CONFIG_PASSPHRASE: "test",
        },
      },
    );
    let printed = "";
    const options = { onOutput: (text: string) => (printed += text), color: "never" as const };
    try {
      await test({
        directory,
        stack,
        up: async (program) =>
          changes((await connected(() => stack.up({ ...options, program }))).summary.resourceChanges),
        preview: async (program) =>
          changes((await connected(() => stack.preview({ ...options, program }))).changeSummary),
        refresh: async () => changes((await stack.refresh(options)).summary.resourceChanges),
        destroy: async () => {
          await stack.destroy(options);
        },
        outputs: () => stack.outputs(),
        held: async () => held(await stack.exportStack()),
        printed: () => printed,
        stateOnDisk: () => readAll(state),
      });
    } finally {
      await stack.destroy(options);
      await stack.workspace.removeStack("test");
    }
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * On a machine with far more to do than cores, the SDK sometimes gives up on its connection to the engine before the
 * program has begun. Nothing has happened then, so it is tried once more.
 */
async function connected<Result>(operation: () => Promise<Result>): Promise<Result> {
  try {
    return await operation();
  } catch (error) {
    if (String(error).includes("14 UNAVAILABLE: No connection established")) {
      return await operation();
    }
    throw error;
  }
}

/** Operations that happened, without those that changed nothing. */
function changes(all: automation.OpMap | undefined): automation.OpMap {
  return Object.fromEntries(Object.entries(all ?? {}).filter(([operation]) => operation !== "same"));
}

function held(deployment: automation.Deployment): readonly string[] {
  const { resources = [] } = deployment.deployment as { resources?: { type: string; urn: string }[] };
  return resources
    .filter(({ type }) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"))
    .map(({ type, urn }) => `${type} ${urn.split("::").at(-1) ?? ""}`)
    .sort();
}

function readAll(directory: string): string {
  const files = fs
    .readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile());
  return files.map((file) => fs.readFileSync(path.join(file.parentPath, file.name), "utf8")).join("\n");
}
