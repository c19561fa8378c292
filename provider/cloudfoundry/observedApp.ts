import type { CloudFoundryApi } from "./api";
import type { HealthCheck } from "./appInputs";
import { ignoreGone } from "./errors";
import type { Fields } from "./fields";

/** What an app is told to be, apart from what it runs. */
export interface AppSettings {
  readonly env: Readonly<Record<string, string>>;
  readonly command: string;
  readonly healthCheck: HealthCheck;
}

/** An app as the platform has it now. */
export interface ObservedApp extends AppSettings {
  readonly guid: string;
  readonly name: string;
  readonly space: string;
  readonly started: boolean;
  readonly process: string;
  readonly instances: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
  /** The current droplet; none where nothing was ever staged. */
  readonly droplet: string | undefined;
  /** The image of that droplet, where it is one. */
  readonly image: string | undefined;
  readonly buildpack: string | undefined;
  /** Bindings by the service they bind to. */
  readonly bindings: ReadonlyMap<string, string>;
}

/** Looks at an app; undefined where it is gone. */
export async function observeApp(api: CloudFoundryApi, guid: string): Promise<ObservedApp | undefined> {
  const found = await api.request("GET", `/v3/apps/${guid}`).catch(ignoreGone);
  if (found === undefined) {
    return undefined;
  }
  const app = found.body;
  const [variables, web, droplet, bindings] = await Promise.all([
    api.request("GET", `/v3/apps/${guid}/environment_variables`),
    webProcess(api, guid),
    currentDroplet(api, guid),
    api.list("/v3/service_credential_bindings", { app_guids: guid, type: "app" }),
  ]);
  const endpoint = web.optionalText("health_check", "data", "endpoint");
  return {
    guid,
    name: app.text("name"),
    space: app.text("relationships", "space", "data", "guid"),
    started: app.text("state") === "STARTED",
    env: variables.body.texts("var"),
    process: web.text("guid"),
    command: web.optionalText("command") ?? "",
    healthCheck: {
      type: web.text("health_check", "type"),
      ...(endpoint === undefined ? {} : { endpoint }),
    },
    instances: web.number("instances"),
    memoryMiB: web.number("memory_in_mb"),
    diskMiB: web.number("disk_in_mb"),
    droplet: droplet?.text("guid"),
    image: droplet?.optionalText("image"),
    buildpack: app.has("lifecycle", "data", "buildpacks")
      ? app.list("lifecycle", "data", "buildpacks")[0]?.optionalText()
      : undefined,
    bindings: new Map(
      bindings.map((one) => [
        one.text("relationships", "service_instance", "data", "guid"),
        one.text("guid"),
      ]),
    ),
  };
}

/** The process that serves; a deployment puts a new one in its place, so its guid is never remembered. */
async function webProcess(api: CloudFoundryApi, app: string): Promise<Fields> {
  const found = await api.list(`/v3/apps/${app}/processes`, { types: "web", order_by: "created_at" });
  const newest = found.at(-1);
  if (newest === undefined) {
    throw new Error(`app ${app} has no web process`);
  }
  // A list hides the command.
  return (await api.request("GET", `/v3/processes/${newest.text("guid")}`)).body;
}

async function currentDroplet(api: CloudFoundryApi, app: string): Promise<Fields | undefined> {
  const answer = await api.request("GET", `/v3/apps/${app}/relationships/current_droplet`).catch(ignoreGone);
  const guid = answer?.body.optionalText("data", "guid");
  return guid === undefined ? undefined : (await api.request("GET", `/v3/droplets/${guid}`)).body;
}
