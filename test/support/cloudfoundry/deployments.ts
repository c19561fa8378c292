import { app, version } from "./apps";
import { at, countAt, notFound, only, textAt, unprocessable, type Handlers } from "./http";
import { page, passes, related, toOne } from "./places";
import type { Deployment, Platform } from "./platform";
import { finalize } from "./progress";

/** Rolling deployments, and their cancelling. */
export function deployments(platform: Platform): Handlers {
  const shown = (one: Deployment) => ({
    guid: one.guid,
    status: {
      value: one.value,
      reason: one.reason,
      details: { last_successful_healthcheck: one.healthyAt, last_status_change: one.healthyAt },
    },
    strategy: "rolling",
    droplet: { guid: one.droplet },
    previous_droplet: { guid: one.previous },
    new_processes: [{ guid: one.process, type: "web" }],
    relationships: { app: toOne(one.app) },
  });
  const deployment = (guid = ""): Deployment => {
    const found = platform.deployments.find((one) => one.guid === guid);
    if (found === undefined) {
      throw notFound("Deployment");
    }
    return found;
  };
  return {
    "GET /v3/deployments": (asked) =>
      page(
        platform,
        "/v3/deployments",
        asked,
        platform.deployments
          .filter((one) => passes(asked, "app_guids", one.app) && passes(asked, "status_values", one.value))
          .map(shown),
      ),
    "POST /v3/deployments": ({ body }) => {
      only(body, ["strategy", "droplet", "revision", "relationships", "options", "metadata"]);
      const options = at(body, "options") ?? {};
      only(options as Record<string, unknown>, [
        "max_in_flight",
        "web_instances",
        "memory_in_mb",
        "disk_in_mb",
      ]);
      const found = app(platform, related(body, "app"));
      const old = platform.processes.filter((one) => one.app === found.guid);
      const [oldest, newest] = [old[0], old.at(-1)];
      if (oldest === undefined || newest === undefined || !found.started) {
        throw unprocessable("Cannot create a deployment for a stopped app");
      }
      const previous = found.droplet;
      found.droplet = textAt(body, "droplet", "guid");
      const underway = platform.deployments.find((one) => one.app === found.guid && one.value === "ACTIVE");
      if (underway !== undefined) {
        finalize(underway, "SUPERSEDED");
      }
      const process = {
        ...newest,
        guid: platform.guid(),
        memory: countAt(options, "memory_in_mb", newest.memory),
        disk: countAt(options, "disk_in_mb", newest.disk),
        version: version(platform, found, newest.command),
        wanted: 1,
        instances: [platform.newInstance()],
      };
      platform.processes.push(process);
      const made: Deployment = {
        guid: platform.guid(),
        app: found.guid,
        droplet: found.droplet,
        previous,
        process: process.guid,
        before: underway?.before ?? oldest.wanted,
        wanted: countAt(options, "web_instances", underway?.before ?? oldest.wanted),
        value: "ACTIVE",
        reason: "DEPLOYING",
        healthyAt: platform.clock.iso(),
        cancelledAt: undefined,
      };
      platform.deployments.push(made);
      return { status: 201, body: shown(made) };
    },
    "GET /v3/deployments/:guid": ({ params }) => ({ status: 200, body: shown(deployment(params.guid)) }),
    "POST /v3/deployments/:guid/actions/cancel": ({ params }) => {
      const found = deployment(params.guid);
      if (found.value === "FINALIZED") {
        throw unprocessable(`Cannot cancel a ${found.reason} deployment`);
      }
      app(platform, found.app).droplet = found.previous;
      found.reason = "CANCELING";
      found.cancelledAt = platform.clock.now();
      return { status: 200 };
    },
  };
}
