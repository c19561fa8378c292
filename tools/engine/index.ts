import * as path from "node:path";
import type * as automation from "@pulumi/pulumi/automation";
import { engineFolder } from "./cache";
import { chooseEngine } from "./choose";
import { interruptible } from "./interruptible";
import { withLock } from "./lock";
import { pluginHost } from "./pluginHost";
import { needsStandIn } from "./randomPlugin";
import type { Report } from "../report";
import { engineSources } from "./sources";

export type { Report } from "../report";

export interface Engine {
  readonly command: automation.PulumiCommand;
  /** To be set for every run of the command. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Finds or makes the Pulumi engine: the user's own, the one kept from an earlier time, the official install, or,
 * where its host cannot be reached, a build from source that takes minutes. Then sees to it that the random
 * provider can be served. Quick once all is there.
 */
export async function prepareEngine(report: Report, signal?: AbortSignal): Promise<Engine> {
  return await interruptible(signal, async (stop) => {
    const command = await chooseEngine(engineSources(report, stop), {
      report,
      signal: stop,
      alone: (work) => withLock(`${engineFolder()}.lock`, report, stop, work),
    });
    const quiet = { PULUMI_SKIP_UPDATE_CHECK: "true" };
    const host = pluginHost(command, { ...process.env, ...quiet }, stop);
    const standIn = await needsStandIn(host, report, stop);
    return { command, env: { ...quiet, ...(standIn ? standInEnv() : {}) } };
  });
}

/**
 * Has the engine take the stand-in from PATH, which it prefers to any plugin it knows. It says so in a warning, but
 * the other ways are worse: attaching one that already runs (PULUMI_DEBUG_PROVIDERS) makes each run try the
 * download first, which costs seconds, and leaves a process to look after; `plugins.providers` belongs to the
 * user's project file; and among the installed plugins every other project of the user would take it for the real one.
 */
function standInEnv(): Record<string, string> {
  const folder = path.join(__dirname, "standIn", "bin");
  return {
    PATH: [folder, process.env.PATH ?? ""].join(path.delimiter),
    PULUMI_IGNORE_AMBIENT_PLUGINS: "false",
  };
}
