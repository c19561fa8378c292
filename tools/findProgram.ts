import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";

/** Where a program is on the path, if it is. */
export function findProgram(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const candidates = (env.PATH ?? "").split(path.delimiter).map((directory) => path.join(directory, name));
  return candidates.find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
