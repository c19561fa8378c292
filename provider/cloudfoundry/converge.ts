import { isDeepStrictEqual } from "node:util";
import type { Context } from "../lifecycle";
import type { CloudFoundryApi } from "./api";
import { defaultStartTimeoutSeconds, environment, runtime, source } from "./appInputs";
import type { AppInputs, AppOutputs } from "./appInputs";
import { applySettings, bind, unbind } from "./appSettings";
import { newDroplet } from "./droplet";
import { observeApp, type ObservedApp } from "./observedApp";
import { allRunning, roll, settle } from "./rollout";

/** Makes an app what it is to be, from whatever it is now: it is looked at first, and only differences are sent. */
export async function converge(
  api: CloudFoundryApi,
  guid: string,
  before: AppOutputs | undefined,
  inputs: AppInputs,
  context: Context,
): Promise<AppOutputs> {
  await settle(api, guid, context);
  const seen = await look(api, guid);
  const kept = keptDroplet(seen, before, inputs);
  const droplet = kept ?? (await newDroplet(api, guid, inputs, context));
  if (!seen.started) {
    await start(api, seen, droplet, inputs, context);
  } else if (kept === undefined || !runsAsWanted(seen, before, inputs)) {
    await replaceInstances(api, seen, droplet, inputs, context);
  } else if (seen.instances !== inputs.instances) {
    await scale(api, seen.process, { instances: inputs.instances });
  }
  const now = await look(api, guid);
  const timeout = inputs.startTimeoutSeconds ?? defaultStartTimeoutSeconds;
  await allRunning(api, now.process, inputs.instances, timeout, context);
  const wanted = new Set(inputs.services.map((service) => service.guid));
  const dropped = (before?.services ?? []).map((service) => service.guid).filter((one) => !wanted.has(one));
  await unbind(api, now, dropped, context.signal);
  return { ...inputs, guid, droplet, started: true };
}

async function look(api: CloudFoundryApi, guid: string): Promise<ObservedApp> {
  const seen = await observeApp(api, guid);
  if (seen === undefined) {
    throw new Error(`app ${guid} is gone; run refresh, then up`);
  }
  return seen;
}

/** The droplet that runs, where it was made from what is wanted. */
function keptDroplet(
  seen: ObservedApp,
  before: AppOutputs | undefined,
  inputs: AppInputs,
): string | undefined {
  const same = before !== undefined && isDeepStrictEqual(source(before), source(inputs));
  return same && seen.droplet === before.droplet ? seen.droplet : undefined;
}

/** Both what the platform says and what we last saw running: settings may be there that no instance has yet. */
function runsAsWanted(seen: ObservedApp, before: AppOutputs | undefined, inputs: AppInputs): boolean {
  return (
    before?.started === true &&
    isDeepStrictEqual(runtime(before), runtime(inputs)) &&
    isDeepStrictEqual(seen.env, environment(inputs)) &&
    isDeepStrictEqual(processSettings(seen), processSettings(inputs)) &&
    inputs.services.every((service) => seen.bindings.has(service.guid))
  );
}

function processSettings(of: Pick<AppInputs, "command" | "healthCheck" | "memoryMiB" | "diskMiB">): object {
  const { command, healthCheck, memoryMiB, diskMiB } = of;
  return { command, healthCheck, memoryMiB, diskMiB };
}

/** First start, or one after somebody stopped the app: nothing serves, so nothing need be rolled. */
async function start(
  api: CloudFoundryApi,
  seen: ObservedApp,
  droplet: string,
  inputs: AppInputs,
  { signal }: Context,
): Promise<void> {
  await applySettings(api, seen, { ...inputs, env: environment(inputs) });
  await bind(api, seen, inputs.services, signal);
  await api.request("PATCH", `/v3/apps/${seen.guid}/relationships/current_droplet`, {
    body: { data: { guid: droplet } },
  });
  await scale(api, seen.process, { instances: inputs.instances, ...sizes(inputs) });
  await api.request("POST", `/v3/apps/${seen.guid}/actions/start`, { repeatable: true });
}

/** Rolls the instances; where that fails, the app's settings go back with its instances. */
async function replaceInstances(
  api: CloudFoundryApi,
  seen: ObservedApp,
  droplet: string,
  inputs: AppInputs,
  context: Context,
): Promise<void> {
  const { guid } = seen;
  const wanted = { ...inputs, env: environment(inputs) };
  const bound = await bind(api, seen, inputs.services, context.signal);
  try {
    await applySettings(api, seen, wanted);
    await roll(
      api,
      guid,
      {
        droplet,
        ...(seen.instances === inputs.instances ? {} : { instances: inputs.instances }),
        ...(seen.memoryMiB === inputs.memoryMiB ? {} : { memoryMiB: inputs.memoryMiB }),
        ...(seen.diskMiB === inputs.diskMiB ? {} : { diskMiB: inputs.diskMiB }),
        startTimeoutSeconds: inputs.startTimeoutSeconds,
      },
      context,
    );
  } catch (error) {
    // The platform goes back to the old droplet by itself, and not to the old environment and command.
    const now = await look(api, guid);
    await applySettings(api, now, seen);
    await unbind(api, now, bound, new AbortController().signal);
    throw error;
  }
}

function sizes({ memoryMiB, diskMiB }: AppInputs): object {
  return { memory_in_mb: memoryMiB, disk_in_mb: diskMiB };
}

async function scale(api: CloudFoundryApi, process: string, body: object): Promise<void> {
  await api.request("POST", `/v3/processes/${process}/actions/scale`, { body, repeatable: true });
}
