import { isDeepStrictEqual } from "node:util";
import type { CloudFoundryApi } from "./api";
import type { BoundService } from "./appInputs";
import { ignoreGone } from "./errors";
import { finished } from "./jobs";
import type { AppSettings, ObservedApp } from "./observedApp";

/** Tells an app what it is to be, sending only what differs. Instances that run are not touched by it. */
export async function applySettings(
  api: CloudFoundryApi,
  { guid, process, ...now }: AppSettings & Pick<ObservedApp, "guid" | "process">,
  wanted: AppSettings,
): Promise<void> {
  const variables = changedVariables(now.env, wanted.env);
  if (Object.keys(variables).length > 0) {
    await api.request("PATCH", `/v3/apps/${guid}/environment_variables`, {
      body: { var: variables },
      repeatable: true,
    });
  }
  if (now.command !== wanted.command || !isDeepStrictEqual(now.healthCheck, wanted.healthCheck)) {
    const { type, endpoint } = wanted.healthCheck;
    await api.request("PATCH", `/v3/processes/${process}`, {
      body: {
        command: wanted.command,
        health_check: { type, data: endpoint === undefined ? {} : { endpoint } },
      },
      repeatable: true,
    });
  }
}

/** What to send so that one environment becomes the other; null takes a variable away. */
export function changedVariables(
  now: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): Record<string, string | null> {
  const names = [...new Set([...Object.keys(now), ...Object.keys(wanted)])].sort();
  return Object.fromEntries(
    names.filter((name) => now[name] !== wanted[name]).map((name) => [name, wanted[name] ?? null]),
  );
}

/** Binds the services that are not bound yet; gives those it bound. */
export async function bind(
  api: CloudFoundryApi,
  seen: ObservedApp,
  services: readonly BoundService[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const missing = services.map(({ guid }) => guid).filter((guid) => !seen.bindings.has(guid));
  for (const service of missing) {
    const relationships = {
      app: { data: { guid: seen.guid } },
      service_instance: { data: { guid: service } },
    };
    const answer = await api.request("POST", "/v3/service_credential_bindings", {
      body: { type: "app", relationships },
    });
    await finished(api, answer, signal);
  }
  return missing;
}

/** Unbinds services from an app; one that is not bound is no matter. */
export async function unbind(
  api: CloudFoundryApi,
  { bindings }: Pick<ObservedApp, "bindings">,
  services: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (const service of services) {
    const binding = bindings.get(service);
    if (binding !== undefined) {
      const answer = await api
        .request("DELETE", `/v3/service_credential_bindings/${binding}`)
        .catch(ignoreGone);
      await (answer && finished(api, answer, signal));
    }
  }
}
