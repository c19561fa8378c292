import { at, countAt, notFound, only, textAt, unprocessable, type Handlers } from "./http";
import { accepted } from "./jobs";
import { page, passes, related, toOne } from "./places";
import { remove, type App, type Platform, type Process, type Version } from "./platform";

export function app(platform: Platform, guid = ""): App {
  const found = platform.apps.find((one) => one.guid === guid);
  if (found === undefined) {
    throw notFound("App");
  }
  return found;
}

/** What instances that start now are started with. */
export function version(platform: Platform, { guid, env, droplet = "" }: App, command: string): Version {
  const bound = platform.bindings.filter((one) => one.app === guid).map(({ service }) => service);
  const services = platform.services.filter((one) => bound.includes(one.guid));
  return {
    image: platform.droplets.find((one) => one.guid === droplet)?.image,
    droplet,
    env: { ...env },
    command,
    services: Object.fromEntries(services.map(({ name, credentials }) => [name, { ...credentials }])),
  };
}

/** Apps, their environment and their processes. */
export function apps(platform: Platform): Handlers {
  const shown = ({ guid, name, space, docker, buildpacks, started, metadata }: App) => ({
    metadata,
    guid,
    name,
    state: started ? "STARTED" : "STOPPED",
    lifecycle: docker
      ? { type: "docker", data: {} }
      : { type: "buildpack", data: { buildpacks, stack: "cflinuxfs4" } },
    relationships: { space: toOne(space) },
  });
  const process = (guid = ""): Process => {
    const found = platform.processes.find((one) => one.guid === guid);
    if (found === undefined) {
      throw notFound("Process");
    }
    return found;
  };
  const deploying = ({ app: owner }: Process) =>
    platform.deployments.some((one) => one.app === owner && one.value === "ACTIVE");
  const shownProcess = ({ guid, command, wanted, memory, disk, healthCheck, app: owner }: Process) => ({
    guid,
    type: "web",
    command,
    instances: wanted,
    memory_in_mb: memory,
    disk_in_mb: disk,
    health_check: healthCheck,
    relationships: { app: toOne(owner) },
  });
  return {
    "GET /v3/apps": (asked) =>
      page(
        platform,
        "/v3/apps",
        asked,
        platform.apps
          .filter((one) => passes(asked, "names", one.name) && passes(asked, "space_guids", one.space))
          .map(shown),
      ),
    "POST /v3/apps": ({ body }) => {
      only(body, ["name", "relationships", "lifecycle", "environment_variables", "metadata"]);
      const space = related(body, "space");
      const name = textAt(body, "name");
      if (platform.apps.some((one) => one.name === name && one.space === space)) {
        throw unprocessable(`App with the name '${name}' already exists.`);
      }
      const buildpacks = at(body, "lifecycle", "data", "buildpacks");
      const made: App = {
        guid: platform.guid(),
        name,
        space,
        metadata: body.metadata,
        docker: at(body, "lifecycle", "type") === "docker",
        buildpacks: Array.isArray(buildpacks) ? buildpacks.map(String) : [],
        env: {},
        started: false,
        droplet: undefined,
      };
      platform.apps.push(made);
      platform.processes.push({
        guid: made.guid,
        app: made.guid,
        command: "",
        healthCheck: { type: "port", data: { timeout: null } },
        wanted: 1,
        memory: 1024,
        disk: 1024,
        version: undefined,
        instances: [],
      });
      return { status: 201, body: shown(made) };
    },
    "GET /v3/apps/:guid": ({ params }) => ({ status: 200, body: shown(app(platform, params.guid)) }),
    "DELETE /v3/apps/:guid": ({ params }) => {
      const { guid } = app(platform, params.guid);
      return accepted(platform, "app.delete", () => {
        remove(platform.apps, (one) => one.guid === guid);
        remove(platform.processes, (one) => one.app === guid);
        remove(platform.bindings, (one) => one.app === guid);
        remove(platform.policies, (one) => one.source === guid || one.destination === guid);
        for (const route of platform.routes) {
          remove(route.destinations, (one) => one.app === guid);
        }
      });
    },
    "GET /v3/apps/:guid/environment_variables": ({ params }) => ({
      status: 200,
      body: { var: app(platform, params.guid).env },
    }),
    "PATCH /v3/apps/:guid/environment_variables": ({ params, body }) => {
      only(body, ["var"]);
      const found = app(platform, params.guid);
      const variables = Object.entries(at(body, "var") ?? {}) as [string, unknown][];
      for (const [name] of variables) {
        if (name === "PORT" || name.startsWith("VCAP_")) {
          throw unprocessable(`Var cannot set ${name}`);
        }
      }
      const all = Object.entries({ ...found.env, ...Object.fromEntries(variables) });
      found.env = Object.fromEntries(all.filter(([, value]) => value !== null)) as Record<string, string>;
      return { status: 200, body: { var: found.env } };
    },
    "POST /v3/apps/:guid/actions/start": ({ params }) => {
      const found = app(platform, params.guid);
      if (found.droplet === undefined) {
        throw unprocessable("Assign a droplet before starting this app.");
      }
      if (!found.started) {
        found.started = true;
        for (const one of platform.processes.filter((candidate) => candidate.app === found.guid)) {
          one.version = version(platform, found, one.command);
          one.instances = Array.from({ length: one.wanted }, () => platform.newInstance());
        }
      }
      return { status: 200, body: shown(found) };
    },
    "POST /v3/apps/:guid/actions/stop": ({ params }) => {
      const found = app(platform, params.guid);
      found.started = false;
      for (const one of platform.processes.filter((candidate) => candidate.app === found.guid)) {
        one.instances = [];
      }
      return { status: 200, body: shown(found) };
    },
    "GET /v3/apps/:guid/processes": (asked) => {
      const { guid } = app(platform, asked.params.guid);
      const all = platform.processes.filter((one) => one.app === guid && passes(asked, "types", "web"));
      const hidden = all.map((one) => ({ ...shownProcess(one), command: "[PRIVATE DATA HIDDEN IN LISTS]" }));
      return page(platform, `/v3/apps/${guid}/processes`, asked, hidden);
    },
    "GET /v3/processes/:guid": ({ params }) => ({ status: 200, body: shownProcess(process(params.guid)) }),
    "PATCH /v3/processes/:guid": ({ params, body }) => {
      only(body, ["command", "health_check", "readiness_health_check", "metadata"]);
      const found = process(params.guid);
      if (deploying(found)) {
        throw unprocessable("Cannot update this process while a deployment is in flight.");
      }
      found.command = body.command === undefined ? found.command : textAt(body, "command");
      if (body.health_check !== undefined) {
        const type = textAt(body, "health_check", "type");
        const endpoint = at(body, "health_check", "data", "endpoint");
        if (!["http", "port", "process"].includes(type) || (type !== "http" && endpoint !== undefined)) {
          throw unprocessable('Health check type must be "port", "process", or "http"');
        }
        found.healthCheck = {
          type,
          data: { timeout: null, ...(endpoint === undefined ? {} : { endpoint }) },
        };
      }
      return { status: 200, body: shownProcess(found) };
    },
    "POST /v3/processes/:guid/actions/scale": ({ params, body }) => {
      only(body, ["instances", "memory_in_mb", "disk_in_mb", "log_rate_limit_in_bytes_per_second"]);
      const found = process(params.guid);
      if (deploying(found)) {
        throw unprocessable("Cannot scale this process while a deployment is in flight.");
      }
      found.wanted = countAt(body, "instances", found.wanted);
      found.memory = countAt(body, "memory_in_mb", found.memory);
      found.disk = countAt(body, "disk_in_mb", found.disk);
      if (found.version !== undefined) {
        found.instances = Array.from(
          { length: found.wanted },
          (_, index) => found.instances[index] ?? platform.newInstance(),
        );
      }
      return { status: 202, body: shownProcess(found) };
    },
    "GET /v3/processes/:guid/stats": ({ params }) => {
      const found = process(params.guid);
      const resources = found.instances.map((one, index) => {
        const state = platform.instanceState(found, one);
        return {
          type: "web",
          index,
          state,
          instance_internal_ip: one.address,
          details: state === "CRASHED" ? "APP/PROC/WEB: Exited with status 78" : null,
        };
      });
      return { status: 200, body: { resources } };
    },
  };
}
