import type { Lifecycle } from "../lifecycle";
import { configuredApi, type FlyApi } from "./api";
import { isKind } from "./errors";
import { isImport } from "./import";

type Inputs = { app: string; name: string; ports: number[] };
type Outputs = Inputs & { policyId: string };

/** The ports at which machines of an app may be reached within their private network; all others are closed. */
export const networkPolicy: Lifecycle<Inputs, Outputs> = {
  type: "beam:fly:NetworkPolicy",
  schema: {
    description: "The TCP ports at which the machines of a Fly app may be reached in their private network.",
    inputProperties: {
      app: { type: "string" },
      name: { type: "string" },
      ports: { type: "array", items: { type: "integer" } },
    },
    requiredInputs: ["app", "name", "ports"],
    properties: {
      app: { type: "string" },
      name: { type: "string" },
      ports: { type: "array", items: { type: "integer" } },
      policyId: { type: "string" },
    },
    required: ["app", "name", "ports", "policyId"],
  },
  replaces: ["app", "name"],

  async create(inputs, { configuration }) {
    const api = configuredApi(configuration);
    // One of this name may be left over from a run that was killed.
    const there = (await api.policies.list(inputs.app)).find(({ name }) => name === inputs.name);
    return { id: `${inputs.app}/${inputs.name}`, outputs: await put(api, inputs, there?.id) };
  },

  /** Import with `APP/NAME`; its ports are set with the next update. */
  async read({ id, outputs }, { configuration }) {
    const [app = "", name = ""] = id.split("/");
    try {
      const there = (await configuredApi(configuration).policies.list(app)).find((one) => one.name === name);
      if (there === undefined) {
        return undefined;
      }
      const inputs = { app, name, ports: isImport(outputs) ? [] : outputs.ports };
      return { id, outputs: { ...inputs, policyId: there.id }, inputs };
    } catch (error) {
      if (isKind(error, "gone")) {
        return undefined;
      }
      throw error;
    }
  },

  async update({ outputs }, inputs, { configuration }) {
    return await put(configuredApi(configuration), inputs, outputs.policyId);
  },

  async delete({ outputs }, { configuration }) {
    await configuredApi(configuration)
      .policies.delete(outputs.app, outputs.policyId)
      .catch((error: unknown) => {
        if (!isKind(error, "gone")) {
          throw error;
        }
      });
  },
};

async function put(api: FlyApi, inputs: Inputs, id: string | undefined): Promise<Outputs> {
  const { app, name, ports } = inputs;
  const rules = [
    {
      action: "allow",
      direction: "ingress",
      // The form takes single ports; whether it takes ranges is not documented.
      ports: ports.map((port) => ({ protocol: "tcp" as const, port })),
    },
  ] as const;
  const made = await api.policies.put(app, {
    ...(id === undefined ? {} : { id }),
    name,
    selector: { all: true },
    rules,
  });
  return { ...inputs, policyId: made.id };
}
