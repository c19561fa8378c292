import * as fs from "node:fs";
import * as path from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";
import { engineFolder, engineVersion } from "./cache";
import { Absent, type Sources } from "./choose";
import { findOnPath } from "../findOnPath";
import { goBuild } from "./goBuild";
import { withHeartbeat } from "./heartbeat";
import { abandonable } from "./interruptible";
import type { Report } from "../report";
import { stage } from "./staging";

/** Where this machine can have an engine from. */
export function engineSources(report: Report, signal: AbortSignal): Sources<PulumiCommand> {
  const root = engineFolder();
  const make = async (how: (folder: string, scratch: string) => Promise<void>) => {
    await stage(root, async (folder, scratch) => {
      await how(folder, scratch);
      await PulumiCommand.get({ root: folder });
    });
    return await PulumiCommand.get({ root });
  };
  return {
    onPath: { name: "pulumi on PATH", get: onPath },
    cached: { name: `the engine kept in ${path.dirname(root)}`, get: () => cached(root) },
    official: {
      name: `the official install of Pulumi v${engineVersion}`,
      get: () => make((folder) => official(folder, report, signal)),
    },
    built: {
      name: `a build of Pulumi v${engineVersion} with Go`,
      get: () => make((folder, scratch) => goBuild(folder, scratch, report, signal)),
    },
  };
}

/** The user's own engine, if the Automation API of the installed SDK takes it. */
async function onPath(): Promise<PulumiCommand> {
  if (findOnPath("pulumi") === undefined) {
    throw new Absent("not there");
  }
  return await PulumiCommand.get();
}

async function cached(root: string): Promise<PulumiCommand> {
  if (!fs.existsSync(root)) {
    throw new Absent("not there yet");
  }
  return await PulumiCommand.get({ root });
}

async function official(folder: string, report: Report, signal: AbortSignal): Promise<void> {
  const name = `installing Pulumi v${engineVersion}`;
  report(`no usable Pulumi engine here: ${name}, once per machine`);
  const install = PulumiCommand.install({ root: folder, version: new SemVer(engineVersion) });
  await withHeartbeat(name, report, () => abandonable(install, signal));
}
