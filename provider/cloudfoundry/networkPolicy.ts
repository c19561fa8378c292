import type { Context, Lifecycle, Observed } from "../lifecycle";
import type { CloudFoundryApi } from "./api";
import { connection } from "./connection";
import { CloudFoundryError } from "./errors";

type Inputs = {
  source: string;
  destination: string;
  firstPort: number;
  lastPort: number;
  /** For people; the platform keeps none. */
  description: string;
};
/** `ours` is false where the policy was there before us: then it stays when we go. */
type Outputs = Inputs & { ours: boolean };

const text = { type: "string" };
const port = { type: "integer" };
const inputProperties = {
  source: text,
  destination: text,
  firstPort: port,
  lastPort: port,
  description: text,
};
const requiredInputs = Object.keys(inputProperties);

/**
 * Lets one app reach some TCP ports of another. The policy server knows policies by their content and has no
 * guids, so that one which somebody else made before us cannot be told from ours: it is noted, and left alone.
 * https://github.com/cloudfoundry/cf-networking-release/blob/develop/docs/08-policy-server-api.md
 */
export const networkPolicy: Lifecycle<Inputs, Outputs> = {
  type: "beam:cloudfoundry:NetworkPolicy",
  schema: {
    description: "A network policy: which TCP ports of one app another app may reach.",
    inputProperties,
    requiredInputs,
    properties: { ...inputProperties, ours: { type: "boolean" } },
    required: [...requiredInputs, "ours"],
  },
  replaces: ["source", "destination", "firstPort", "lastPort"],
  advisory: ["description"],

  async check(_inputs, _old, context) {
    await askPolicyServer(connection(context));
    return [];
  },

  async create(inputs, context) {
    const api = connection(context);
    const ours = !(await exists(api, inputs));
    if (ours) {
      await send(api, "/policies", inputs, context);
    }
    return { id: identity(inputs), outputs: { ...inputs, ours } };
  },

  async drift({ outputs }, context) {
    return (await exists(connection(context), outputs)) ? [] : ["ours"];
  },

  // An import knows the id alone.
  async read({ id, outputs }: Observed<Partial<Outputs>>, context) {
    const wanted = parsed(id);
    if (wanted === undefined || !(await exists(connection(context), wanted))) {
      return undefined;
    }
    const { ours = true, description = "" } = outputs;
    const inputs = { ...wanted, description };
    return { id, inputs, outputs: { ...inputs, ours } };
  },

  async update({ outputs }, inputs, context) {
    const api = connection(context);
    if (await exists(api, inputs)) {
      return { ...inputs, ours: outputs.ours };
    }
    await send(api, "/policies", inputs, context);
    return { ...inputs, ours: true };
  },

  async delete({ outputs }, context) {
    const api = connection(context);
    // An app that is gone takes its policies with it, and nobody may ask to remove them any more.
    if (outputs.ours && (await exists(api, outputs))) {
      await send(api, "/policies/delete", outputs, context);
    }
  },
};

/** Any question shows whether the policy server lets us in; asked before, it costs no half-made cluster. */
export async function askPolicyServer(api: CloudFoundryApi): Promise<void> {
  await explained(api.networking("GET", "/policies", { query: { id: "none" } }));
}

function identity({ source, destination, firstPort, lastPort }: Inputs): string {
  return `${source}/${destination}/tcp/${firstPort}-${lastPort}`;
}

/** What an id says, which is all there is to say of a policy. */
function parsed(id: string): Omit<Inputs, "description"> | undefined {
  const found = /^([^/]+)\/([^/]+)\/tcp\/(\d+)-(\d+)$/.exec(id);
  const [, source, destination, firstPort, lastPort] = found ?? [];
  return source === undefined || destination === undefined
    ? undefined
    : { source, destination, firstPort: Number(firstPort), lastPort: Number(lastPort) };
}

async function exists(api: CloudFoundryApi, inputs: Omit<Inputs, "description">): Promise<boolean> {
  const { source, destination, firstPort, lastPort } = inputs;
  const { body } = await explained(
    api.networking("GET", "/policies", { query: { source_id: source, dest_id: destination } }),
  );
  return body
    .list("policies")
    .some(
      (one) =>
        one.text("source", "id") === source &&
        one.text("destination", "id") === destination &&
        one.text("destination", "protocol") === "tcp" &&
        one.number("destination", "ports", "start") === firstPort &&
        one.number("destination", "ports", "end") === lastPort,
    );
}

async function send(api: CloudFoundryApi, path: string, inputs: Inputs, { signal }: Context): Promise<void> {
  const { source, destination, firstPort, lastPort } = inputs;
  const ports = { start: firstPort, end: lastPort };
  const policies = [{ source: { id: source }, destination: { id: destination, protocol: "tcp", ports } }];
  // Made or removed twice is as good as once.
  await explained(api.networking("POST", path, { body: { policies }, repeatable: true, signal }));
}

/** The policy server says 403 to three different things; its words, the only difference, are passed on. */
async function explained<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CloudFoundryError && error.isForbidden) {
      throw new Error(
        `${error.message}; needed is the UAA scope network.admin, or network.write with the role SpaceDeveloper in the ` +
          "spaces of both apps, and room in the quota of the source app (150 policies by default, none for network.admin): " +
          "ask an operator to grant it, such as `uaac member add network.write USER`",
        { cause: error },
      );
    }
    throw error;
  }
}
