import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Lifecycle, Observed } from "../lifecycle";
import { connection } from "./connection";
import { ignoreGone } from "./errors";
import { finished } from "./jobs";
import { missing, needsSchema, type Needs } from "./needs";
import { leftBehind, owned } from "./ownership";
import { placeOf, spaceGuid } from "./places";

type Inputs = {
  org: string;
  space: string;
  name: string;
  credentials: Record<string, string>;
  needs?: Needs;
};
/** `revision` changes with the credentials, and tells apps that they must start anew to see them. */
type Outputs = Inputs & { guid: string; revision: string };

const text = { type: "string" };
const texts = { type: "object", additionalProperties: text };
const requiredProperties = { org: text, space: text, name: text, credentials: { ...texts, secret: true } };
const requiredInputs = Object.keys(requiredProperties);
const inputProperties = { ...requiredProperties, needs: needsSchema };

/** Credentials that apps are given by binding, in `VCAP_SERVICES`. */
export const userProvidedService: Lifecycle<Inputs, Outputs> = {
  type: "beam:cloudfoundry:UserProvidedService",
  schema: {
    description: "A user-provided service instance: credentials that apps are given by binding to it.",
    inputProperties,
    requiredInputs,
    properties: { ...inputProperties, guid: text, revision: text },
    required: [...requiredInputs, "guid", "revision"],
  },
  replaces: ["org", "space", "name"],
  advisory: ["needs"],
  secrets: ["credentials"],

  async check(inputs, _old, context) {
    return await missing(connection(context), inputs);
  },

  async create(inputs, context) {
    const api = connection(context);
    const { name, credentials } = inputs;
    const space = await spaceGuid(api, inputs);
    const left = await leftBehind(api, "/v3/service_instances", { names: name, space_guids: space }, context);
    const relationships = { space: { data: { guid: space } } };
    const metadata = owned(context);
    const guid =
      left?.text("guid") ??
      (
        await api.request("POST", "/v3/service_instances", {
          body: { type: "user-provided", name, credentials, relationships, metadata },
        })
      ).body.text("guid");
    if (left !== undefined) {
      await api.request("PATCH", `/v3/service_instances/${guid}`, {
        body: { credentials },
        repeatable: true,
      });
    }
    return { id: guid, outputs: { ...inputs, guid, revision: newRevision() } };
  },

  async drift({ id, outputs }, context) {
    const answer = await connection(context)
      .request("GET", `/v3/service_instances/${id}/credentials`)
      .catch(ignoreGone);
    return isDeepStrictEqual(answer?.body.texts(), outputs.credentials) ? [] : ["credentials"];
  },

  async read({ id, outputs }: Observed<Partial<Outputs>>, context) {
    const api = connection(context);
    const found = await api.request("GET", `/v3/service_instances/${id}`).catch(ignoreGone);
    if (found === undefined) {
      return undefined;
    }
    const credentials = (await api.request("GET", `/v3/service_instances/${id}/credentials`)).body.texts();
    const place = await placeOf(api, found.body.text("relationships", "space", "data", "guid"));
    const inputs = { ...place, name: found.body.text("name"), credentials };
    return { id, inputs, outputs: { ...inputs, guid: id, revision: outputs.revision ?? newRevision() } };
  },

  async update({ id }, inputs, context) {
    const { credentials } = inputs;
    await connection(context).request("PATCH", `/v3/service_instances/${id}`, {
      body: { credentials },
      repeatable: true,
    });
    return { ...inputs, guid: id, revision: newRevision() };
  },

  async delete({ id }, context) {
    const api = connection(context);
    const answer = await api.request("DELETE", `/v3/service_instances/${id}`).catch(ignoreGone);
    await (answer && finished(api, answer, context.signal));
  },
};

/** Says nothing of the credentials themselves. */
function newRevision(): string {
  return randomBytes(8).toString("hex");
}
