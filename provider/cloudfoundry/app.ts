import { isDeepStrictEqual } from "node:util";
import { Unhealthy, type Context, type Lifecycle, type Observed } from "../lifecycle";
import type { CloudFoundryApi } from "./api";
import type { AppInputs, AppOutputs } from "./appInputs";
import { appProblems } from "./appChecks";
import { appSchema } from "./appSchema";
import { unbind } from "./appSettings";
import { connection } from "./connection";
import { converge } from "./converge";
import { ignoreGone } from "./errors";
import { finished } from "./jobs";
import { observeApp, type ObservedApp } from "./observedApp";
import { missing } from "./needs";
import { leftBehind, owned } from "./ownership";
import { placeOf, spaceGuid } from "./places";

/** An app: its source, its environment, and the instances of its web process. */
export const app: Lifecycle<AppInputs, AppOutputs> = {
  type: "beam:cloudfoundry:App",
  schema: appSchema,
  replaces: ["org", "space", "name"],
  // Where a release lies, how long to wait and what is checked: none changes anything of what runs.
  advisory: ["directory", "release", "startTimeoutSeconds", "needs"],
  secrets: ["secrets", "registryPassword"],

  async check(inputs, _old, context) {
    const problems = appProblems(inputs);
    return problems.length > 0 ? problems : await missing(connection(context), inputs);
  },

  async create(inputs, context) {
    const api = connection(context);
    const space = await spaceGuid(api, inputs);
    const left = await leftBehind(api, "/v3/apps", { names: inputs.name, space_guids: space }, context);
    const guid = left?.text("guid") ?? (await newApp(api, space, inputs, context));
    return {
      id: guid,
      outputs: await orOwnUp(guid, inputs, converge(api, guid, undefined, inputs, context)),
    };
  },

  async drift({ id, outputs }, context) {
    const seen = await observeApp(connection(context), id);
    if (seen === undefined) {
      return ["guid"];
    }
    const now = asOutputs(seen, outputs, outputs);
    const keys = ["env", "secrets", "command", "healthCheck", "instances", "memoryMiB", "diskMiB"] as const;
    const more = ["services", "droplet", "started"] as const;
    return [...keys, ...more].filter((key) => !isDeepStrictEqual(now[key], outputs[key]));
  },

  async read({ id, outputs }: Observed<Partial<AppOutputs>>, context) {
    const api = connection(context);
    const seen = await observeApp(api, id);
    if (seen === undefined) {
      return undefined;
    }
    const now = asOutputs(seen, outputs, await placeOf(api, seen.space));
    const { guid, droplet, started, ...inputs } = now;
    return { id, outputs: now, inputs };
  },

  async update({ id, outputs }, inputs, context) {
    return await converge(connection(context), id, outputs, inputs, context);
  },

  async delete({ id, outputs }, context) {
    const api = connection(context);
    await removeBindings(api, id, outputs, context);
    const answer = await api.request("DELETE", `/v3/apps/${id}`).catch(ignoreGone);
    await (answer && finished(api, answer, context.signal));
  },
};

async function newApp(
  api: CloudFoundryApi,
  space: string,
  inputs: AppInputs,
  context: Context,
): Promise<string> {
  const { body } = await api.request("POST", "/v3/apps", {
    body: {
      name: inputs.name,
      relationships: { space: { data: { guid: space } } },
      lifecycle:
        inputs.directory === undefined
          ? { type: "docker", data: {} }
          : { type: "buildpack", data: { buildpacks: [inputs.buildpack ?? "binary_buildpack"] } },
      metadata: owned(context),
    },
    signal: context.signal,
  });
  return body.text("guid");
}

/** A failed first start leaves an app behind, which must not be lost. */
async function orOwnUp(guid: string, inputs: AppInputs, work: Promise<AppOutputs>): Promise<AppOutputs> {
  try {
    return await work;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Unhealthy(reason, guid, { ...inputs, guid, droplet: "", started: false });
  }
}

/** The platform deletes an app that has bindings, and refuses to delete the service meanwhile: so they go first. */
async function removeBindings(api: CloudFoundryApi, id: string, outputs: AppOutputs, { signal }: Context) {
  const services = outputs.services.map(({ guid }) => guid);
  const seen = services.length === 0 ? undefined : await observeApp(api, id);
  if (seen !== undefined) {
    await unbind(api, seen, services, signal);
  }
}

/**
 * What is there, in the words of our inputs. Variables that were secret stay so; where nothing is remembered (an
 * import) all of them are, for nobody can tell which were not.
 */
function asOutputs(
  seen: ObservedApp,
  known: Partial<AppOutputs>,
  { org, space }: { org: string; space: string },
): AppOutputs {
  const secret = (name: string) => known.env === undefined || name in (known.secrets ?? {});
  const variables = Object.entries(seen.env);
  const { guid, name, command, healthCheck, instances, memoryMiB, diskMiB } = seen;
  const sameDroplet = seen.droplet === known.droplet;
  const imported = known.guid === undefined;
  return {
    ...known,
    // A droplet that is not ours was made from something else; what, only an image tells.
    ...(sameDroplet ? {} : seen.image === undefined ? { contentHash: "" } : { image: seen.image }),
    ...(imported && seen.buildpack !== undefined ? { buildpack: seen.buildpack } : {}),
    org,
    space,
    guid,
    name,
    command,
    healthCheck,
    instances,
    memoryMiB,
    diskMiB,
    env: Object.fromEntries(variables.filter(([variable]) => !secret(variable))),
    secrets: Object.fromEntries(variables.filter(([variable]) => secret(variable))),
    services: (known.services ?? []).filter((service) => seen.bindings.has(service.guid)),
    droplet: seen.droplet ?? "",
    started: seen.started,
  };
}
