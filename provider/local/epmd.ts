import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Context, Lifecycle, Observed } from "../lifecycle";
import { epmdNames, whyNotFree } from "./port";
import { isRunning, plainEnvironment, startDaemon, stopDaemon, type Daemon } from "./process";

type Inputs = { port: number; release: string; directory: string };
type Outputs = Inputs & { pid?: number; started?: string };

/** The port mapper. One that already answers is used and never stopped; one we start listens on loopback only. */
export const epmd: Lifecycle<Inputs, Outputs> = {
  type: "beam:local:Epmd",
  schema: {
    description: "The port mapper that the nodes of this machine register with.",
    properties: { port: { type: "integer" }, pid: { type: "integer" } },
    inputProperties: {
      port: { type: "integer" },
      release: { type: "string" },
      directory: { type: "string" },
    },
    requiredInputs: ["port", "release", "directory"],
    required: ["port"],
  },
  replaces: ["port", "directory"],
  // One that runs needs no other binary.
  advisory: ["release"],

  async check({ port }) {
    if (port === undefined || (await epmdNames(port)) !== undefined) {
      return [];
    }
    const reason = await whyNotFree("127.0.0.1", port);
    return reason === undefined ? [] : [{ property: "port", reason: `epmdPort: ${reason}` }];
  },

  async create(inputs, context) {
    return { id: `127.0.0.1:${inputs.port}`, outputs: await ensure(inputs, undefined, context) };
  },

  async drift({ outputs }) {
    return (await epmdNames(outputs.port)) === undefined ? ["pid"] : [];
  },

  async read(observed) {
    return await Promise.resolve(observed);
  },

  async update({ outputs }, inputs, context) {
    return await ensure(inputs, daemon(outputs), context);
  },

  async delete({ outputs }: Observed<Outputs>, context: Context) {
    const ours = daemon(outputs);
    const names = (await epmdNames(outputs.port)) ?? [];
    if (ours !== undefined && names.length > 0 && (await isRunning(ours))) {
      context.warn(
        `epmd on port ${outputs.port} is left running: ${names.join(", ")} of another cluster use it`,
      );
      return;
    }
    if (ours !== undefined) {
      await stopDaemon(ours, 5);
    }
    fs.rmSync(logFile(outputs.directory), { force: true });
    removeIfEmpty(outputs.directory);
  },
};

async function ensure(inputs: Inputs, ours: Daemon | undefined, { signal }: Context): Promise<Outputs> {
  const keep = ours !== undefined && (await isRunning(ours)) ? ours : undefined;
  if ((await epmdNames(inputs.port)) !== undefined) {
    return { ...inputs, ...keep };
  }
  fs.mkdirSync(inputs.directory, { recursive: true, mode: 0o700 });
  const started = await startDaemon({
    command: [binary(inputs.release), "-port", String(inputs.port), "-address", "127.0.0.1"],
    env: plainEnvironment(),
    directory: inputs.directory,
    log: logFile(inputs.directory),
  });
  for (let tries = 0; tries < 100 && !signal.aborted; tries++) {
    if ((await epmdNames(inputs.port)) !== undefined) {
      return { ...inputs, ...started };
    }
    await sleep(50);
  }
  await stopDaemon(started, 1);
  throw new Error(
    `epmd did not answer on port ${inputs.port} within 5 s; its log is ${logFile(inputs.directory)}`,
  );
}

function daemon({ pid, started }: Outputs): Daemon | undefined {
  return pid === undefined || started === undefined ? undefined : { pid, started };
}

/** The release's own epmd, where it carries the runtime with it. */
function binary(release: string): string {
  const folders = fs.existsSync(release) ? fs.readdirSync(release) : [];
  const runtime = folders.find((folder) => folder.startsWith("erts-"));
  return runtime === undefined ? "epmd" : path.join(release, runtime, "bin", "epmd");
}

function logFile(directory: string): string {
  return path.join(directory, "epmd.log");
}

/** The cluster's folder goes with the last thing in it. */
export function removeIfEmpty(directory: string): void {
  if (fs.existsSync(directory) && fs.readdirSync(directory).length === 0) {
    fs.rmdirSync(directory);
  }
}
