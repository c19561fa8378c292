import { misuse } from "../../components/beam/misuse";
import type { Lifecycle } from "../lifecycle";
import { configuredApi, type FlyApi } from "./api";
import type { FlyApp } from "./api/apps";
import { isKind } from "./errors";
import { isImport } from "./import";
import { unknownRegions } from "./regions";
import { list } from "./shapes";
import { tokenFailures } from "./tokens";

type Inputs = { name: string; organization: string; network?: string; regions?: string[] };
/** `networkName` is what the API says; "default" is the network of the organisation. */
type Outputs = Inputs & { networkName: string };

const seconds = 60;

/** An app: the name machines, secrets, addresses and certificates live under. */
export const app: Lifecycle<Inputs, Outputs> = {
  type: "beam:fly:App",
  schema: {
    description: "A Fly app, in its organisation's private network or in one of its own.",
    inputProperties: {
      name: { type: "string" },
      organization: { type: "string" },
      network: { type: "string" },
      regions: { type: "array", items: { type: "string" } },
    },
    requiredInputs: ["name", "organization"],
    properties: {
      name: { type: "string" },
      organization: { type: "string" },
      network: { type: "string" },
      networkName: { type: "string" },
    },
    required: ["name", "organization", "networkName"],
  },
  // None of these can be changed: https://fly.io/docs/networking/custom-private-networks/
  replaces: ["name", "organization", "network"],

  advisory: ["regions"],

  async check({ name, regions }, old, { configuration }) {
    const failures = tokenFailures(configuration);
    if (failures.length > 0) {
      return failures;
    }
    const api = configuredApi(configuration);
    const unknown = await unknownRegions(regions ?? [], list(old?.regions).map(String), api);
    if (unknown.length > 0 || name === undefined || old?.name === name) {
      return unknown;
    }
    // One of our own may be what is about to be replaced, which only its creation can tell.
    return (await ownerOf(api, name)) === others
      ? [{ property: "name", reason: taken(name, others).message }]
      : [];
  },

  async create(inputs, { configuration }) {
    const api = configuredApi(configuration);
    return { id: inputs.name, outputs: await create(api, inputs) };
  },

  async drift({ outputs }, { configuration }) {
    return (await find(configuredApi(configuration), outputs.name)) === undefined ? ["networkName"] : [];
  },

  async read({ id, outputs }, { configuration }) {
    const found = await find(configuredApi(configuration), id);
    if (found === undefined) {
      return undefined;
    }
    const { name, organization, network: networkName } = found;
    if (!isImport(outputs)) {
      return { id, outputs: { ...outputs, networkName } };
    }
    const inputs = { name, organization, ...(networkName === "default" ? {} : { network: networkName }) };
    return { id, outputs: { ...inputs, networkName }, inputs };
  },

  /** Reached only where somebody removed the app. */
  async update(_observed, inputs, { configuration }) {
    return await create(configuredApi(configuration), inputs);
  },

  async delete({ outputs }, { configuration, signal }) {
    const api = configuredApi(configuration);
    await api.apps.delete(outputs.name).catch((error: unknown) => {
      if (!isKind(error, "gone")) {
        throw error;
      }
    });
    // It answers before it is done, and the name is taken until then.
    const deadline = api.clock.now() + seconds * 1000;
    while ((await find(api, outputs.name)) !== undefined) {
      if (api.clock.now() > deadline) {
        throw new Error(
          `app ${outputs.name} is still there ${seconds} s after it was destroyed: run it again`,
        );
      }
      await api.clock.sleep(1000, signal);
    }
  },
};

async function create(api: FlyApi, inputs: Inputs): Promise<Outputs> {
  const outputs = (networkName: string) => ({ ...inputs, networkName });
  let doubtful = false;
  for (let tries = 1; ; tries++) {
    try {
      await api.apps.create(inputs);
      return outputs((await untilSeen(api, inputs.name)).network);
    } catch (error) {
      if (isKind(error, "nameTaken")) {
        const mine = doubtful ? await find(api, inputs.name) : undefined;
        if (mine !== undefined) {
          // The answer to our own call was lost; the name was free a moment before it.
          return outputs(mine.network);
        }
        const owner = await ownerOf(api, inputs.name);
        throw owner === undefined ? error : taken(inputs.name, owner);
      }
      if (!isKind(error, "uncertain") || tries === 3) {
        throw error;
      }
      doubtful = true;
      await api.clock.sleep(1000 * tries);
    }
  }
}

/** An app that was just made is not seen everywhere for a moment, and answers 404 or 401. */
async function untilSeen(api: FlyApi, name: string): Promise<FlyApp> {
  const deadline = api.clock.now() + seconds * 1000;
  for (;;) {
    try {
      return await api.apps.get(name);
    } catch (error) {
      if (!isKind(error, "gone", "unauthorized") || api.clock.now() > deadline) {
        throw error;
      }
    }
    await api.clock.sleep(1000);
  }
}

async function find(api: FlyApi, name: string): Promise<FlyApp | undefined> {
  try {
    return await api.apps.get(name);
  } catch (error) {
    if (isKind(error, "gone")) {
      return undefined;
    }
    throw error;
  }
}

const others = Symbol("another organisation");

/** Names of apps are global: 404 is free, 403 belongs to another organisation, anything else is ours already. */
async function ownerOf(api: FlyApi, name: string): Promise<string | typeof others | undefined> {
  try {
    return (await api.apps.get(name)).organization;
  } catch (error) {
    if (isKind(error, "foreign")) {
      return others;
    }
    if (isKind(error, "gone")) {
      return undefined;
    }
    throw error;
  }
}

function taken(name: string, owner: string | typeof others): Error {
  const remedy =
    owner === others
      ? "an app of another organisation has it, and names are global: choose another"
      : `your organisation ${owner} has an app of that name already: choose another, or import it into this ` +
        `stack (pulumi import beam:fly:App … ${name})`;
  return misuse("app", name, "a name that no app has yet", remedy);
}
