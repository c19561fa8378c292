import * as fs from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { Unhealthy, type Context, type Lifecycle, type Observed } from "../lifecycle";
import { removeIfEmpty } from "./epmd";
import { nodeFiles, nodeNames, readOwner, siblings, writeNodeFiles, writeOwner } from "./nodeFiles";
import { isRunning, plainEnvironment, startDaemon, stopDaemon } from "./process";
import { peersOf } from "./query";
import { whyNoRoom } from "./room";

// A type, not an interface: only that is known to hold nothing but property values.
type Inputs = {
  nodeName: string;
  directory: string;
  command: string;
  releaseHash: string;
  bootScript: string;
  distPorts: { first: number; last: number };
  room: number;
  httpPort?: number;
  peersVia: string;
  cookie: string;
  env: Record<string, string>;
  secrets: Record<string, string>;
  healthCheckUrl?: string;
  startTimeoutSeconds?: number;
};
/** `pid` is 0 where the node was found not to run. */
type Outputs = Inputs & { pid: number; started: string; logFile: string; control: string };

const defaultStartTimeoutSeconds = 60;
/** As long as `init:stop` of a busy application may take; the same 30 s that the cloud targets grant. */
const stopGraceSeconds = 30;

/** A BEAM node of this machine, run as a daemon. */
export const node: Lifecycle<Inputs, Outputs> = {
  type: "beam:local:Node",
  schema: {
    description: "One BEAM node on this machine, as a daemon that outlives `pulumi up`.",
    ...schemaProperties(),
  },
  replaces: ["nodeName", "directory"],
  advisory: ["room"],

  async check(inputs) {
    const reason = await busy(inputs, false);
    return reason === undefined ? [] : [{ property: "distPorts", reason }];
  },

  async create(inputs, context) {
    const { nodeName, directory } = inputs;
    const earlier = readOwner(directory, nodeName);
    if (earlier !== undefined && (await isRunning(earlier))) {
      if (earlier.urn !== context.urn) {
        throw new Error(
          `directory is ${JSON.stringify(directory)}, where ${nodeName} of ${earlier.urn} runs; allowed is a directory of the ` +
            "cluster's own: choose another, or destroy that stack first",
        );
      }
      // An earlier `up` was killed after it had started the node and before it could say so.
      await stopDaemon(earlier, stopGraceSeconds);
    }
    return { id: nodeName, outputs: await start(inputs, context) };
  },

  async drift({ outputs }) {
    const whole = fs.existsSync(outputs.control) && (await isRunning(outputs));
    return whole ? [] : ["pid"];
  },

  async read({ id, outputs }) {
    if (await isRunning(outputs)) {
      return { id, outputs };
    }
    const home = nodeFiles(outputs.directory, outputs.nodeName).home;
    return fs.existsSync(home) ? { id, outputs: { ...outputs, pid: 0, started: "" } } : undefined;
  },

  async update({ outputs }, inputs, context) {
    const { started, pid, logFile, control, ...before } = outputs;
    if ((await isRunning(outputs)) && isDeepStrictEqual(runtime(before), runtime(inputs))) {
      const running = { ...inputs, ...daemonOf(outputs) };
      await untilJoined(running, context);
      return running;
    }
    context.progress(`stopping ${outputs.nodeName}`);
    await stopDaemon(outputs, stopGraceSeconds);
    return await start(inputs, context);
  },

  async delete({ outputs }: Observed<Outputs>, context: Context) {
    context.progress(`stopping ${outputs.nodeName}`);
    await stopDaemon(outputs, stopGraceSeconds);
    fs.rmSync(nodeFiles(outputs.directory, outputs.nodeName).home, { recursive: true, force: true });
    removeIfEmpty(outputs.directory);
  },
};

/** Everything that only a restart can change. */
function runtime({ healthCheckUrl, startTimeoutSeconds, room, ...rest }: Inputs): object {
  return rest;
}

function daemonOf({ pid, started, logFile, control }: Outputs) {
  return { pid, started, logFile, control };
}

async function start(inputs: Inputs, context: Context): Promise<Outputs> {
  const { nodeName, directory } = inputs;
  const reason = await busy({ ...inputs, room: 1 }, true);
  if (reason !== undefined) {
    throw new Error(reason);
  }
  context.signal.throwIfAborted();
  writeNodeFiles(inputs);
  const files = nodeFiles(directory, nodeName);
  const daemon = await startDaemon({
    command: ["sh", files.control, "start"],
    env: plainEnvironment(),
    directory: files.home,
    log: files.log,
  });
  writeOwner(directory, nodeName, { ...daemon, urn: context.urn, peersVia: inputs.peersVia });
  const outputs = { ...inputs, ...daemon, logFile: files.log, control: files.control };
  await untilJoined(outputs, context);
  return outputs;
}

/** Waits until the node answers, is healthy and sees every node beside it that has its cookie. */
async function untilJoined(outputs: Outputs, context: Context): Promise<void> {
  const { nodeName, control } = outputs;
  const seconds = outputs.startTimeoutSeconds ?? defaultStartTimeoutSeconds;
  const deadline = Date.now() + seconds * 1000;
  let last = "does not answer yet";
  while (Date.now() < deadline) {
    if (context.signal.aborted) {
      throw new Unhealthy(
        `interrupted while ${nodeName} was starting; run the command again`,
        nodeName,
        outputs,
      );
    }
    if (!(await isRunning(outputs))) {
      throw new Unhealthy(
        `${nodeName} ended while it was starting; the end of ${outputs.logFile}:\n${tail(outputs)}`,
        nodeName,
        outputs,
      );
    }
    const { whole, state } = await joined(outputs, context.signal);
    last = state;
    if (whole) {
      context.progress(`${nodeName} ${state}`);
      return;
    }
    context.progress(`${nodeName} ${last}`);
    await sleep(100);
  }
  throw new Unhealthy(
    `${nodeName} ${last} after ${seconds} s (see ${outputs.logFile}; console: ${control} remote)`,
    nodeName,
    outputs,
  );
}

async function joined(outputs: Outputs, signal: AbortSignal): Promise<{ whole: boolean; state: string }> {
  const peers = await peersOf(outputs.control, signal);
  if (peers === undefined) {
    return { whole: false, state: "does not answer yet" };
  }
  const running: string[] = [];
  for (const sibling of siblings(outputs.directory, outputs.nodeName)) {
    if (await isRunning(sibling)) {
      running.push(sibling.nodeName);
    }
  }
  const missing = running.filter((name) => !peers.includes(name));
  const seen = `sees ${running.length - missing.length} of ${running.length} peers`;
  if (missing.length > 0) {
    return { whole: false, state: `${seen}, not ${missing.join(", ")}` };
  }
  if (outputs.healthCheckUrl === undefined) {
    return { whole: true, state: seen };
  }
  const url = outputs.healthCheckUrl;
  const answer = await fetch(url, { signal: AbortSignal.timeout(5000), redirect: "manual" }).catch(
    () => undefined,
  );
  return answer?.ok === true
    ? { whole: true, state: seen }
    : { whole: false, state: `answers ${answer?.status ?? "nothing"} at ${url}` };
}

/** Why the node would not find its ports, as far as they are known. */
async function busy(
  { nodeName, directory, distPorts, room, httpPort }: Partial<Inputs>,
  now: boolean,
): Promise<string | undefined> {
  if (nodeName === undefined || directory === undefined || distPorts === undefined || room === undefined) {
    return undefined;
  }
  const own = new Map<number, string>();
  for (const name of nodeNames(directory)) {
    const owner = readOwner(directory, name);
    if (owner !== undefined && (await isRunning(owner))) {
      own.set(owner.pid, name);
    }
  }
  const address = nodeName.slice(nodeName.indexOf("@") + 1);
  const reason = await whyNoRoom({ address, distPorts, room, httpPort }, own, now);
  return reason === undefined ? undefined : `${nodeName}: ${reason}`;
}

/** The last lines of a log, with every secret of the node taken out. */
function tail(outputs: Outputs): string {
  const text = fs.existsSync(outputs.logFile) ? fs.readFileSync(outputs.logFile, "utf8") : "";
  const secrets = [outputs.cookie, ...Object.values(outputs.secrets)].filter((secret) => secret !== "");
  const masked = secrets.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
  return masked.trimEnd().split("\n").slice(-15).join("\n");
}

function schemaProperties() {
  const text = { type: "string" };
  const number = { type: "integer" };
  const texts = { type: "object", additionalProperties: text };
  const inputProperties = {
    nodeName: text,
    directory: text,
    command: text,
    releaseHash: text,
    bootScript: text,
    distPorts: { type: "object", additionalProperties: number },
    room: number,
    httpPort: number,
    peersVia: text,
    cookie: { ...text, secret: true },
    env: texts,
    secrets: { ...texts, secret: true },
    healthCheckUrl: text,
    startTimeoutSeconds: { ...number, default: defaultStartTimeoutSeconds },
  };
  const optional = ["httpPort", "healthCheckUrl", "startTimeoutSeconds"];
  const requiredInputs = Object.keys(inputProperties).filter((name) => !optional.includes(name));
  return {
    inputProperties,
    requiredInputs,
    properties: { ...inputProperties, pid: number, logFile: text, control: text },
    required: [...requiredInputs, "pid", "logFile", "control"],
  };
}
