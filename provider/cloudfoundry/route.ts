import { misuse } from "../../components/beam/misuse";
import type { Context, Lifecycle, Observed } from "../lifecycle";
import type { CloudFoundryApi } from "./api";
import { connection } from "./connection";
import { CloudFoundryError, ignoreGone } from "./errors";
import type { Fields } from "./fields";
import { finished } from "./jobs";
import { leftBehind, owned } from "./ownership";
import { domain, placeOf, spaceGuid, wrongDomain } from "./places";

type Inputs = {
  org: string;
  space: string;
  host: string;
  /** The organisation's default one where it is left out. */
  domain?: string;
  /** Whether the domain must answer inside the platform only, or must not. */
  internal: boolean;
  app: string;
};
type Outputs = Inputs & { url: string };

const text = { type: "string" };
const inputProperties = {
  org: text,
  space: text,
  host: text,
  domain: text,
  internal: { type: "boolean" },
  app: text,
};
const requiredInputs = Object.keys(inputProperties).filter((name) => name !== "domain");

/** A name under which an app answers: to the world through the router, or inside the platform with every address. */
export const route: Lifecycle<Inputs, Outputs> = {
  type: "beam:cloudfoundry:Route",
  schema: {
    description: "A route to an app, on a public or an internal domain.",
    inputProperties,
    requiredInputs,
    properties: { ...inputProperties, url: text },
    required: [...requiredInputs, "url"],
  },
  replaces: ["org", "space", "host", "domain"],

  async check({ org, domain: wanted, internal }, _old, context) {
    if (org === undefined || internal === undefined) {
      return [];
    }
    const reason = wrongDomain(await domain(connection(context), wanted, org), internal);
    return reason === undefined ? [] : [{ property: "domain", reason }];
  },

  async create(inputs, context) {
    const api = connection(context);
    const [{ guid }, space] = [await domain(api, inputs.domain, inputs.org), await spaceGuid(api, inputs)];
    const query = { hosts: inputs.host, domain_guids: guid, space_guids: space };
    const made =
      (await leftBehind(api, "/v3/routes", query, context)) ??
      (await newRoute(api, space, guid, inputs, context));
    const id = made.text("guid");
    await ensureDestination(api, id, inputs.app);
    return { id, outputs: { ...inputs, url: made.text("url") } };
  },

  async drift({ id, outputs }, context) {
    const found = await destinations(connection(context), id);
    return found?.some((one) => appOf(one) === outputs.app) === true ? [] : ["app"];
  },

  async read({ id, outputs }: Observed<Partial<Outputs>>, context) {
    const api = connection(context);
    const found = await api.request("GET", `/v3/routes/${id}`).catch(ignoreGone);
    if (found === undefined) {
      return undefined;
    }
    const place = await placeOf(api, found.body.text("relationships", "space", "data", "guid"));
    const { body } = await api.request(
      "GET",
      `/v3/domains/${found.body.text("relationships", "domain", "data", "guid")}`,
    );
    const apps = ((await destinations(api, id)) ?? []).map(appOf);
    const app = apps.find((one) => one === outputs.app) ?? apps[0] ?? "";
    const host = found.body.text("host");
    // The default domain stays unnamed, as it was.
    const named =
      outputs.host !== undefined && outputs.domain === undefined ? {} : { domain: body.text("name") };
    const inputs = { ...place, host, ...named, internal: body.flag("internal"), app };
    return { id, inputs, outputs: { ...inputs, url: found.body.text("url") } };
  },

  async update({ id, outputs }, inputs, context) {
    const api = connection(context);
    await ensureDestination(api, id, inputs.app);
    if (outputs.app !== inputs.app) {
      await removeDestination(api, id, outputs.app);
    }
    return { ...inputs, url: outputs.url };
  },

  async delete({ id }, context: Context) {
    const api = connection(context);
    const answer = await api.request("DELETE", `/v3/routes/${id}`).catch(ignoreGone);
    await (answer && finished(api, answer, context.signal));
  },
};

async function newRoute(
  api: CloudFoundryApi,
  space: string,
  domain: string,
  inputs: Inputs,
  context: Context,
): Promise<Fields> {
  const relationships = { space: { data: { guid: space } }, domain: { data: { guid: domain } } };
  const { body } = await api
    .request("POST", "/v3/routes", { body: { host: inputs.host, relationships, metadata: owned(context) } })
    .catch((error: unknown) => {
      throw error instanceof CloudFoundryError && error.status === 422 ? taken(inputs, error) : error;
    });
  return body;
}

function taken({ host, domain: name }: Inputs, error: CloudFoundryError): Error {
  return misuse(
    "host",
    host,
    `a host that is free on ${name ?? "the default domain"}`,
    `choose another, or take over the route with \`pulumi import\` (${error.message})`,
  );
}

async function destinations(api: CloudFoundryApi, route: string): Promise<readonly Fields[] | undefined> {
  const found = await api.request("GET", `/v3/routes/${route}/destinations`).catch(ignoreGone);
  return found?.body.list("destinations");
}

function appOf(destination: Fields): string {
  return destination.text("app", "guid");
}

/** Adds ours to the destinations; those that others made stay. */
async function ensureDestination(api: CloudFoundryApi, route: string, app: string): Promise<void> {
  const found = (await destinations(api, route)) ?? [];
  if (!found.some((one) => appOf(one) === app)) {
    await api.request("POST", `/v3/routes/${route}/destinations`, {
      body: { destinations: [{ app: { guid: app } }] },
    });
  }
}

async function removeDestination(api: CloudFoundryApi, route: string, app: string): Promise<void> {
  const found = ((await destinations(api, route)) ?? []).find((one) => appOf(one) === app);
  if (found !== undefined) {
    await api.request("DELETE", `/v3/routes/${route}/destinations/${found.text("guid")}`).catch(ignoreGone);
  }
}
