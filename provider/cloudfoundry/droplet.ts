import * as fs from "node:fs";
import { releaseFiles, releaseHash } from "../../components/cloudfoundry/releaseDirectory";
import type { Context } from "../lifecycle";
import type { CloudFoundryApi } from "./api";
import type { AppInputs } from "./appInputs";
import { zip } from "./zip";
import { until } from "./wait";

const stagingTimeoutSeconds = 900;

/** Makes what the app runs: a package of its source, staged into a droplet; gives the droplet's guid. */
export async function newDroplet(
  api: CloudFoundryApi,
  app: string,
  inputs: AppInputs,
  context: Context,
): Promise<string> {
  context.progress("making the package");
  const pack =
    inputs.directory === undefined
      ? await dockerPackage(api, app, inputs)
      : await bits(api, app, inputs, context);
  context.progress("staging");
  const { body: build } = await api.request("POST", "/v3/builds", {
    body: { package: { guid: pack } },
    signal: context.signal,
  });
  const path = `/v3/builds/${build.text("guid")}`;
  const options = { what: `staging of ${inputs.name}`, timeoutSeconds: stagingTimeoutSeconds };
  return await until<string>({ ...options, signal: context.signal }, async () => {
    const { body } = await api.request("GET", path);
    const state = body.text("state");
    if (state === "FAILED") {
      throw new Error(`staging of ${inputs.name} failed: ${body.optionalText("error") ?? "no reason given"}`);
    }
    return state === "STAGED" ? { done: body.text("droplet", "guid") } : { state };
  });
}

async function dockerPackage(api: CloudFoundryApi, app: string, inputs: AppInputs): Promise<string> {
  const { image, registryUser: username, registryPassword: password } = inputs;
  const { body } = await api.request("POST", "/v3/packages", {
    body: {
      type: "docker",
      relationships: { app: { data: { guid: app } } },
      data: { image, username, password },
    },
  });
  return body.text("guid");
}

/** Uploads the release as it lies on this machine, for a buildpack that runs it as it is. */
async function bits(
  api: CloudFoundryApi,
  app: string,
  { name, directory = "", release, contentHash }: AppInputs,
  { signal }: Context,
): Promise<string> {
  const files = releaseFiles(directory, release ?? name);
  if (releaseHash(files) !== contentHash) {
    throw new Error(`the release in ${directory} changed while it was being deployed; run the command again`);
  }
  const { body } = await api.request("POST", "/v3/packages", {
    body: { type: "bits", relationships: { app: { data: { guid: app } } } },
  });
  const guid = body.text("guid");
  const archive = zip(files.map((file) => ({ ...file, content: fs.readFileSync(file.source) })));
  const form = new FormData();
  form.set("bits", new Blob([new Uint8Array(archive)], { type: "application/zip" }), "release.zip");
  await api.request("POST", `/v3/packages/${guid}/upload`, { body: form, signal });
  await until({ what: `upload of ${name}`, timeoutSeconds: 300, signal }, async () => {
    const { body: pack } = await api.request("GET", `/v3/packages/${guid}`);
    const state = pack.text("state");
    if (state === "FAILED" || state === "EXPIRED") {
      throw new Error(
        `upload of ${name} is ${state}: ${pack.optionalText("data", "error") ?? "no reason given"}`,
      );
    }
    return state === "READY" ? { done: undefined } : { state };
  });
  return guid;
}
