import type { Lifecycle } from "../lifecycle";
import { configuredApi } from "./api";
import type { Certificate } from "./api/certificates";
import { isKind } from "./errors";

type Inputs = { app: string; hostname: string };
type Outputs = Inputs & { status: string; dnsRequirements: string };

/** A certificate that Fly's proxy gets and renews once the domain points to the app. */
export const certificate: Lifecycle<Inputs, Outputs> = {
  type: "beam:fly:Certificate",
  schema: {
    description: "A certificate of a Fly app for one host name.",
    inputProperties: { app: { type: "string" }, hostname: { type: "string" } },
    requiredInputs: ["app", "hostname"],
    properties: {
      app: { type: "string" },
      hostname: { type: "string" },
      status: { type: "string" },
      dnsRequirements: { type: "string", description: "JSON of the records to make" },
    },
    required: ["app", "hostname", "status", "dnsRequirements"],
  },
  replaces: ["app", "hostname"],

  async create(inputs, { configuration }) {
    const found = await configuredApi(configuration).certificates.request(inputs.app, inputs.hostname);
    return { id: `${inputs.app}/${inputs.hostname}`, outputs: outputs(inputs, found) };
  },

  /** Import with `APP/HOSTNAME`. */
  async read({ id }, { configuration }) {
    const [app = "", hostname = ""] = id.split("/");
    try {
      const found = await configuredApi(configuration).certificates.get(app, hostname);
      return { id, outputs: outputs({ app, hostname }, found), inputs: { app, hostname } };
    } catch (error) {
      if (isKind(error, "gone")) {
        return undefined;
      }
      throw error;
    }
  },

  async update(_observed, inputs, { configuration }) {
    return outputs(
      inputs,
      await configuredApi(configuration).certificates.request(inputs.app, inputs.hostname),
    );
  },

  async delete({ outputs: { app, hostname } }, { configuration }) {
    await configuredApi(configuration)
      .certificates.delete(app, hostname)
      .catch((error: unknown) => {
        if (!isKind(error, "gone")) {
          throw error;
        }
      });
  },
};

function outputs(inputs: Inputs, { status, dnsRequirements }: Certificate): Outputs {
  return { ...inputs, status, dnsRequirements: JSON.stringify(dnsRequirements) };
}
