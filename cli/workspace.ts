import * as fs from "node:fs";
import * as path from "node:path";
import * as automation from "@pulumi/pulumi/automation";
import * as yaml from "yaml";
import program from "../stacks";
import { prepareEngine, type Report } from "../tools/engine";
import { backend } from "./backend";
import { environment } from "./environment";

export const projectRoot = path.join(__dirname, "..");

/** The stack of an environment, ready for the engine: the same program and settings that plain `pulumi up` uses. */
export async function openStack(name: string, report: Report): Promise<automation.Stack> {
  const stackName = environment(projectRoot, name);
  const state = backend(projectRoot, report);
  const engine = await prepareEngine(report);
  const inline = { stackName, projectName: "pulumi-beam", program };
  const workDir = state.kind === "login" ? projectRoot : copySettings(stackName, state.directory);
  const stateEnv = state.kind === "login" ? {} : state.env;
  return await automation.LocalWorkspace.createOrSelectStack(inline, {
    pulumiCommand: engine.command,
    envVars: { ...engine.env, ...stateEnv },
    workDir,
  });
}

/**
 * Copies the settings into the folder that holds the state, and gives that place. The engine writes the
 * encryption salt into the settings it works on, and the committed ones are not of this machine alone.
 */
function copySettings(stackName: string, directory: string): string {
  const workDir = path.join(directory, "project");
  fs.mkdirSync(workDir, { recursive: true, mode: 0o700 });
  const project = yaml.parseDocument(fs.readFileSync(path.join(projectRoot, "Pulumi.yaml"), "utf8"));
  project.delete("main");
  project.setIn(["plugins", "providers", 0, "path"], path.join(projectRoot, "bin"));
  write(path.join(workDir, "Pulumi.yaml"), project.toString());

  const stackFile = `Pulumi.${stackName}.yaml`;
  const stack = yaml.parseDocument(fs.readFileSync(path.join(projectRoot, stackFile), "utf8"));
  const copy = path.join(workDir, stackFile);
  const salt: unknown = fs.existsSync(copy)
    ? yaml.parseDocument(fs.readFileSync(copy, "utf8")).get("encryptionsalt")
    : undefined;
  if (salt !== undefined) {
    stack.set("encryptionsalt", salt);
  }
  write(copy, stack.toString());
  return workDir;
}

/** In one step, so that another command that starts meanwhile never reads half a file. */
function write(file: string, content: string): void {
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, content, { mode: 0o600 });
  fs.renameSync(draft, file);
}
