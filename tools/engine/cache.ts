import * as os from "node:os";
import * as path from "node:path";

/** The engine that is installed or built where the machine has none. */
export const engineVersion = "3.250.0";

/** Where this project keeps what it fetched for the machine, outside any checkout. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  // A relative path is to be ignored: https://specifications.freedesktop.org/basedir-spec/latest/
  const given = env.XDG_CACHE_HOME;
  const base = given !== undefined && path.isAbsolute(given) ? given : path.join(os.homedir(), ".cache");
  return path.join(base, "pulumi-beam");
}

/** The root of the engine: it has `bin/pulumi`. */
export function engineFolder(env: NodeJS.ProcessEnv = process.env): string {
  return path.join(cacheFolder(env), "engine", `v${engineVersion}`);
}
