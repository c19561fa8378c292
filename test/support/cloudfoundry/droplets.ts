import { app } from "./apps";
import { at, notFound, only, textAt, unprocessable, type Handlers } from "./http";
import { related } from "./places";
import { durations, type Build, type Package, type Platform } from "./platform";

/** Packages, their staging, and the droplets that come of it. */
export function droplets(platform: Platform): Handlers {
  const pack = (guid = ""): Package => {
    const found = platform.packages.find((one) => one.guid === guid);
    if (found === undefined) {
      throw notFound("Package");
    }
    return found;
  };
  const state = ({ image, readyAt }: Package) =>
    image !== undefined
      ? "READY"
      : readyAt === undefined
        ? "AWAITING_UPLOAD"
        : platform.clock.now() < readyAt
          ? "PROCESSING_UPLOAD"
          : "READY";
  const shown = (one: Package) => ({
    guid: one.guid,
    type: one.image === undefined ? "bits" : "docker",
    state: state(one),
    data: one.image === undefined ? { error: null } : { image: one.image },
  });
  const shownBuild = ({ guid, doneAt, failed, droplet }: Build) => {
    const done = platform.clock.now() >= doneAt;
    return {
      guid,
      state: !done ? "STAGING" : failed ? "FAILED" : "STAGED",
      error: done && failed ? "StagingError - No valid buildpack" : null,
      droplet: done && !failed ? { guid: droplet } : null,
    };
  };
  return {
    "POST /v3/packages": ({ body }) => {
      only(body, ["type", "relationships", "data", "metadata"]);
      const made: Package = {
        guid: platform.guid(),
        app: app(platform, related(body, "app")).guid,
        image: textAt(body, "type") === "docker" ? textAt(body, "data", "image") : undefined,
        archive: undefined,
        readyAt: undefined,
      };
      platform.packages.push(made);
      return { status: 201, body: shown(made) };
    },
    "POST /v3/packages/:guid/upload": ({ params, raw }) => {
      const found = pack(params.guid);
      // A zip archive begins with its first file and ends with 22 bytes that begin with this.
      const begin = raw.indexOf("PK\u0003\u0004", 0, "latin1");
      const end = raw.lastIndexOf("PK\u0005\u0006", undefined, "latin1");
      if (begin < 0 || end < 0) {
        throw unprocessable("Upload must include bits");
      }
      found.archive = raw.subarray(begin, end + 22);
      found.readyAt = platform.later(durations.upload);
      return { status: 200, body: shown(found) };
    },
    "GET /v3/packages/:guid": ({ params }) => ({ status: 200, body: shown(pack(params.guid)) }),
    "POST /v3/builds": ({ body }) => {
      only(body, ["package", "lifecycle", "staging_memory_in_mb", "staging_disk_in_mb", "metadata"]);
      const found = pack(textAt(body, "package", "guid"));
      if (state(found) !== "READY") {
        throw unprocessable(`Cannot stage package whose state is not ready`);
      }
      const build: Build = {
        guid: platform.guid(),
        package: found.guid,
        doneAt: platform.later(durations.staging),
        failed: platform.faults.staging,
        droplet: platform.guid(),
      };
      platform.builds.push(build);
      platform.droplets.push({ guid: build.droplet, app: found.app, image: found.image });
      return { status: 201, body: shownBuild(build) };
    },
    "GET /v3/builds/:guid": ({ params }) => {
      const found = platform.builds.find(({ guid }) => guid === params.guid);
      if (found === undefined) {
        throw notFound("Build");
      }
      return { status: 200, body: shownBuild(found) };
    },
    "GET /v3/droplets/:guid": ({ params }) => {
      const found = platform.droplets.find(({ guid }) => guid === params.guid);
      if (found === undefined) {
        throw notFound("Droplet");
      }
      return { status: 200, body: { guid: found.guid, state: "STAGED", image: found.image ?? null } };
    },
    "GET /v3/apps/:guid/relationships/current_droplet": ({ params }) => {
      const { droplet } = app(platform, params.guid);
      if (droplet === undefined) {
        throw notFound("Droplet");
      }
      return { status: 200, body: { data: { guid: droplet } } };
    },
    "PATCH /v3/apps/:guid/relationships/current_droplet": ({ params, body }) => {
      only(body, ["data"]);
      const guid = at(body, "data", "guid");
      const found = app(platform, params.guid);
      if (!platform.droplets.some((one) => one.guid === guid && one.app === found.guid)) {
        throw unprocessable(
          "Unable to assign current droplet. Ensure the droplet exists and belongs to this app.",
        );
      }
      found.droplet = String(guid);
      return { status: 200, body: { data: { guid } } };
    },
  };
}
