import * as fs from "node:fs";
import * as path from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation";
import { version } from "@pulumi/random/package.json";
import { cacheFolder } from "./cache";
import { findOnPath } from "../findOnPath";
import type { PluginHost } from "./randomPlugin";
import { run } from "./run";

const installMs = 60_000;
/** A failing attempt takes about ten seconds: the engine tries five times. */
const rememberedMs = 24 * 60 * 60 * 1000;

/** The random plugin as this engine sees it. */
export function pluginHost(engine: PulumiCommand, env: NodeJS.ProcessEnv, signal: AbortSignal): PluginHost {
  const failure = path.join(cacheFolder(), `random-plugin-v${version}.failed`);
  return {
    onPath: () => findOnPath("pulumi-resource-random") !== undefined,
    installed: async () => lists(await run(engine.command, ["plugin", "ls", "--json"], { env, signal })),
    install: async () => {
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(installMs)]);
      await run(engine.command, ["plugin", "install", "resource", "random", version], {
        env,
        signal: bounded,
      });
      fs.rmSync(failure, { force: true });
    },
    failedLately: () => {
      const found = fs.statSync(failure, { throwIfNoEntry: false });
      return found !== undefined && Date.now() - found.mtimeMs < rememberedMs;
    },
    rememberFailure: () => {
      fs.mkdirSync(path.dirname(failure), { recursive: true });
      fs.writeFileSync(
        failure,
        "The random plugin could not be downloaded. Remove this file to have it tried again.\n",
      );
    },
  };
}

/** Whether `pulumi plugin ls --json` names the plugin in the version that the installed package asks for. */
export function lists(json: string): boolean {
  const plugins: unknown = JSON.parse(json);
  return Array.isArray(plugins) && plugins.some(isRandom);
}

function isRandom(plugin: unknown): boolean {
  return (
    typeof plugin === "object" &&
    plugin !== null &&
    "kind" in plugin &&
    plugin.kind === "resource" &&
    "name" in plugin &&
    plugin.name === "random" &&
    "version" in plugin &&
    (plugin.version === version || plugin.version === `v${version}`)
  );
}
