import type { Lifecycle } from "../lifecycle";
import { configuredApi } from "./api";
import type { Digests } from "./api/secrets";
import { isKind } from "./errors";
import { isImport } from "./import";

type Inputs = { app: string; values: Record<string, string> };
/** Digests are Fly's own; they tell whether a secret was changed elsewhere, and nothing of its value. */
type Outputs = Inputs & { version: number; digests: Digests };

/** Secrets of an app, set in one step. Others that the app has are left alone. */
export const secrets: Lifecycle<Inputs, Outputs> = {
  type: "beam:fly:Secrets",
  schema: {
    description: "Secrets of a Fly app, set in one step.",
    inputProperties: {
      app: { type: "string" },
      values: { type: "object", additionalProperties: { type: "string" }, secret: true },
    },
    requiredInputs: ["app", "values"],
    properties: {
      app: { type: "string" },
      values: { type: "object", additionalProperties: { type: "string" }, secret: true },
      version: { type: "integer" },
      digests: { type: "object", additionalProperties: { type: "string" } },
    },
    required: ["app", "values", "version", "digests"],
  },
  replaces: ["app"],

  async create(inputs, { configuration }) {
    return { id: inputs.app, outputs: { ...inputs, ...(await set(configuration, inputs, [])) } };
  },

  async drift({ outputs }, { configuration, signal }) {
    const there = await list(configuration, outputs.app, signal);
    const changed = Object.entries(outputs.digests).some(([name, digest]) => there?.[name] !== digest);
    return changed ? ["values"] : [];
  },

  async read({ id, outputs }, { configuration, signal }) {
    if ((await list(configuration, id, signal)) === undefined) {
      return undefined;
    }
    if (!isImport(outputs)) {
      return { id, outputs };
    }
    // Values never come back, so those of the program are set with the next update.
    const inputs = { app: id, values: {} };
    return { id, outputs: { ...inputs, version: 0, digests: {} }, inputs };
  },

  async update({ outputs }, inputs, { configuration }) {
    const dropped = Object.keys(outputs.values).filter((name) => !(name in inputs.values));
    return { ...inputs, ...(await set(configuration, inputs, dropped)) };
  },

  async delete({ outputs }, { configuration }) {
    await set(configuration, { ...outputs, values: {} }, Object.keys(outputs.values)).catch(
      (error: unknown) => {
        if (!isKind(error, "gone")) {
          throw error;
        }
      },
    );
  },
};

async function set(
  configuration: Readonly<Record<string, unknown>>,
  { app, values }: Inputs,
  dropped: readonly string[],
): Promise<Pick<Outputs, "version" | "digests">> {
  const unset = Object.fromEntries(dropped.map((name) => [name, null]));
  const { digests, version } = await configuredApi(configuration).secrets.set(app, { ...values, ...unset });
  return {
    version,
    digests: Object.fromEntries(Object.entries(digests).filter(([name]) => name in values)),
  };
}

async function list(
  configuration: Readonly<Record<string, unknown>>,
  app: string,
  signal: AbortSignal,
): Promise<Digests | undefined> {
  try {
    return await configuredApi(configuration).secrets.list(app, signal);
  } catch (error) {
    if (isKind(error, "gone")) {
      return undefined;
    }
    throw error;
  }
}
