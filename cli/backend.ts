import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** Where the state of the stacks is kept, and what the engine must know to reach it. */
export type Backend =
  | { readonly kind: "login" }
  | { readonly kind: "folder"; readonly directory: string; readonly env: Readonly<Record<string, string>> };

/** The backend the user is logged in to, else a folder that git ignores, with a passphrase made on first use. */
export function backend(root: string, say: (line: string) => void): Backend {
  if (loggedIn()) {
    return { kind: "login" };
  }
  const directory = path.join(root, ".pulumi-beam");
  const state = path.join(directory, "state");
  fs.mkdirSync(state, { recursive: true, mode: 0o700 });
  const env: Record<string, string> = { PULUMI_BACKEND_URL: `file://${state}` };
  if (
    process.env.PULUMI_CONFIG_PASSPHRASE === undefined &&
    process.env.PULUMI_CONFIG_PASSPHRASE_FILE === undefined
  ) {
    env.PULUMI_CONFIG_PASSPHRASE_FILE = passphrase(path.join(directory, "passphrase"), state, say);
  }
  return { kind: "folder", directory, env };
}

function loggedIn(): boolean {
  if (process.env.PULUMI_BACKEND_URL !== undefined || process.env.PULUMI_ACCESS_TOKEN !== undefined) {
    return true;
  }
  const home = process.env.PULUMI_HOME ?? path.join(os.homedir(), ".pulumi");
  try {
    const credentials: unknown = JSON.parse(fs.readFileSync(path.join(home, "credentials.json"), "utf8"));
    return (
      typeof credentials === "object" &&
      credentials !== null &&
      "current" in credentials &&
      credentials.current !== ""
    );
  } catch {
    return false;
  }
}

function passphrase(file: string, state: string, say: (line: string) => void): string {
  try {
    // "wx" makes it once, whoever else tries at the same time.
    fs.writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
    say(
      `no pulumi login found: state is kept in ${state}, encrypted with a new passphrase in ${file} (keep both)`,
    );
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) {
      throw error;
    }
  }
  return file;
}
