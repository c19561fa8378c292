import { setTimeout as sleep } from "node:timers/promises";
import type { Context, Lifecycle } from "../lifecycle";
import { peersOverSsh, ssh } from "./ssh";

// A type, not an interface: only that is known to hold nothing but property values.
type Inputs = {
  dropletId: string;
  size: string;
  gate: string;
  address: string;
  nodeName: string;
  peers: string[];
  clique: string;
  httpPort?: number;
  healthCheckPath?: string;
  timeoutSeconds: number;
};

const pollMilliseconds = 1000;

/** Stands once a droplet's node is up and in its cluster. It holds nothing; making or changing it asks and waits. */
export const joined: Lifecycle<Inputs, Inputs> = {
  type: "beam:digitalocean:Joined",
  schema: { description: "Stands once a droplet has joined its cluster.", ...schemaProperties() },
  replaces: [],
  advisory: ["timeoutSeconds"],

  async create(inputs, context) {
    await untilJoined(inputs, false, context);
    return { id: context.urn.split("::").at(-1) ?? "", outputs: inputs };
  },

  async read(observed) {
    return await Promise.resolve(observed);
  },

  async update({ outputs: before }, inputs, context) {
    // The droplet it replaces still runs; with the same cookie, ports and basename the two are one cluster.
    const replaces = before.dropletId !== inputs.dropletId && before.clique === inputs.clique;
    await untilJoined(inputs, replaces, context);
    return inputs;
  },

  async delete() {
    await Promise.resolve();
  },
};

async function untilJoined(inputs: Inputs, replaces: boolean, { signal, progress }: Context): Promise<void> {
  const { nodeName, address, timeoutSeconds } = inputs;
  const deadline = Date.now() + timeoutSeconds * 1000;
  let state = "was not asked yet";
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    const missing = await whatIsMissing(inputs, replaces, signal);
    if (missing === undefined) {
      return;
    }
    state = missing;
    progress(`${nodeName}: ${state}`);
    await sleep(pollMilliseconds, undefined, { signal });
  }
  throw new Error(
    `${nodeName} has not joined after ${timeoutSeconds} s: ${state}. Nothing after it was changed, and what it replaces still runs. ` +
      `Look at \`journalctl -u beam\` and /var/log/cloud-init-output.log on ${address}, mend the cause, and run the command again`,
  );
}

/** What keeps the node from counting as joined; undefined where nothing does. */
async function whatIsMissing(
  inputs: Inputs,
  replaces: boolean,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { gate, address, httpPort, healthCheckPath } = inputs;
  const healthCheck =
    httpPort === undefined || healthCheckPath === undefined ? undefined : `${httpPort}${healthCheckPath}`;
  switch (gate) {
    case "ssh":
      return (await company(inputs, replaces, signal)) ?? (await healthOverSsh(address, healthCheck, signal));
    case "http":
      return await health(`http://${address}:${healthCheck ?? ""}`, signal);
    default:
      return undefined;
  }
}

async function company(
  { address, peers }: Inputs,
  replaces: boolean,
  signal: AbortSignal,
): Promise<string | undefined> {
  const answer = await peersOverSsh(address, signal);
  if ("reason" in answer) {
    return answer.reason;
  }
  const unseen = peers.filter((peer) => !answer.peers.includes(peer));
  if (unseen.length > 0) {
    return `it sees ${peers.length - unseen.length} of ${peers.length} nodes before it, not ${unseen.join(", ")}`;
  }
  if (replaces && answer.peers.length === 0) {
    return "it sees no node, not even the one it replaces (if that one is dead, set gate to none for one run)";
  }
  return undefined;
}

/** Asked on the droplet itself, so that HTTP need not be open to us. */
async function healthOverSsh(
  address: string,
  check: string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (check === undefined) {
    return undefined;
  }
  const url = `http://127.0.0.1:${check}`;
  const command = [
    "curl",
    "--silent",
    "--show-error",
    "--fail",
    "--max-time",
    "5",
    "--output",
    "/dev/null",
    url,
  ];
  const answer = await ssh(address, command, signal);
  return answer.ok ? undefined : `its health check fails: ${answer.reason}`;
}

async function health(url: string, signal: AbortSignal): Promise<string | undefined> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(5000)]);
  const answer = await fetch(url, { signal: patience, redirect: "manual" }).catch(() => undefined);
  return answer?.ok === true ? undefined : `it answers ${answer?.status ?? "nothing"} at ${url}`;
}

function schemaProperties() {
  const text = { type: "string" };
  const inputProperties = {
    dropletId: text,
    size: text,
    gate: text,
    address: text,
    nodeName: text,
    peers: { type: "array", items: text },
    clique: { ...text, secret: true },
    httpPort: { type: "integer" },
    healthCheckPath: text,
    timeoutSeconds: { type: "integer" },
  };
  const requiredInputs = [
    "dropletId",
    "size",
    "gate",
    "address",
    "nodeName",
    "peers",
    "clique",
    "timeoutSeconds",
  ];
  return { inputProperties, requiredInputs, properties: inputProperties, required: requiredInputs };
}
