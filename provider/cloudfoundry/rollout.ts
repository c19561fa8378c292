import type { Context } from "../lifecycle";
import type { CloudFoundryApi } from "./api";
import { defaultStartTimeoutSeconds } from "./appInputs";
import { CloudFoundryError } from "./errors";
import { until } from "./wait";

export interface RollOptions {
  readonly droplet: string;
  /** Only what changes: an installation may not know the others. */
  readonly instances?: number;
  readonly memoryMiB?: number;
  readonly diskMiB?: number;
  readonly startTimeoutSeconds?: number;
}

/** The new version does not run; the deployment was cancelled and the old version serves. */
export class DeploymentCancelled extends Error {}

/** As long as the platform may take to bring the old version back to its full number. */
const cancelTimeoutSeconds = 600;

/**
 * Replaces the instances one by one, each once the one before is healthy. Where an instance does not come up the
 * deployment is cancelled, upon which the platform goes back to the droplet and the instances it had.
 * https://docs.cloudfoundry.org/devguide/deploy-apps/rolling-deploy.html
 */
export async function roll(
  api: CloudFoundryApi,
  app: string,
  options: RollOptions,
  context: Context,
): Promise<void> {
  const { droplet, instances, memoryMiB, diskMiB, startTimeoutSeconds } = options;
  const changes = { web_instances: instances, memory_in_mb: memoryMiB, disk_in_mb: diskMiB };
  const some = Object.values(changes).some((value) => value !== undefined);
  const { body } = await api.request("POST", "/v3/deployments", {
    body: {
      strategy: "rolling",
      droplet: { guid: droplet },
      ...(some ? { options: changes } : {}),
      relationships: { app: { data: { guid: app } } },
    },
    signal: context.signal,
  });
  const guid = body.text("guid");
  try {
    await succeeded(api, guid, startTimeoutSeconds ?? defaultStartTimeoutSeconds, context);
  } catch (error) {
    await cancel(api, guid);
    const reason = error instanceof Error ? error.message : String(error);
    throw new DeploymentCancelled(`${reason}; the deployment was cancelled and the old version serves`);
  }
}

async function succeeded(
  api: CloudFoundryApi,
  guid: string,
  timeoutSeconds: number,
  context: Context,
): Promise<void> {
  await until({ what: `deployment ${guid}`, timeoutSeconds, signal: context.signal }, async () => {
    const { body } = await api.request("GET", `/v3/deployments/${guid}`);
    const [value, reason] = [body.text("status", "value"), body.text("status", "reason")];
    if (value === "FINALIZED") {
      if (reason !== "DEPLOYED") {
        throw new Error(`deployment ${guid} ended as ${reason}`);
      }
      return { done: undefined };
    }
    let running = 0;
    for (const process of body.list("new_processes")) {
      running += await runningInstances(api, process.text("guid"));
    }
    const state = `${reason} with ${running} new instances up`;
    context.progress(state);
    return { state };
  });
}

/** Cancels what is still under way, and waits until the platform has gone back. */
async function cancel(api: CloudFoundryApi, guid: string): Promise<void> {
  await api
    .request("POST", `/v3/deployments/${guid}/actions/cancel`, { repeatable: true })
    // 422: it ended by itself meanwhile.
    .catch((error: unknown) => {
      if (!(error instanceof CloudFoundryError && error.status === 422)) {
        throw error;
      }
    });
  // Ctrl-C stops the rollout and not its undoing, so this waits on a signal of its own.
  const signal = new AbortController().signal;
  await until({ what: `deployment ${guid}`, timeoutSeconds: cancelTimeoutSeconds, signal }, async () => {
    const { body } = await api.request("GET", `/v3/deployments/${guid}`);
    const ended = body.text("status", "value") === "FINALIZED";
    return ended ? { done: undefined } : { state: body.text("status", "reason") };
  });
}

/** Ends what an earlier run, killed half-way, left under way: the platform refuses to scale while it lasts. */
export async function settle(api: CloudFoundryApi, app: string, context: Context): Promise<void> {
  for (const one of await api.list("/v3/deployments", { app_guids: app, status_values: "ACTIVE" })) {
    context.progress("cancelling a deployment that was left under way");
    await cancel(api, one.text("guid"));
  }
}

/**
 * How many instances of a process run. The platform restarts an instance three times at once and only then calls
 * it crashed, so one crash seen here is reason enough to give up.
 * https://docs.cloudfoundry.org/devguide/deploy-apps/app-lifecycle.html#crash-events
 */
export async function runningInstances(api: CloudFoundryApi, process: string): Promise<number> {
  const { body } = await api.request("GET", `/v3/processes/${process}/stats`);
  const all = body.list("resources");
  const crashed = all.find((one) => one.text("state") === "CRASHED");
  if (crashed !== undefined) {
    const details = crashed.optionalText("details") ?? "no details; see `cf logs --recent`";
    throw new Error(`instance ${crashed.number("index")} crashed: ${details}`);
  }
  return all.filter((one) => one.text("state") === "RUNNING").length;
}

/** Waits until every instance of a process runs. */
export async function allRunning(
  api: CloudFoundryApi,
  process: string,
  instances: number,
  timeoutSeconds: number,
  context: Context,
): Promise<void> {
  await until({ what: "the app", timeoutSeconds, signal: context.signal }, async () => {
    const running = await runningInstances(api, process);
    const state = `up with ${running} of ${instances} instances`;
    context.progress(state);
    return running === instances ? { done: undefined } : { state };
  });
}
