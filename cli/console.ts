import { spawn } from "node:child_process";
import type { Stack } from "@pulumi/pulumi/automation";

/** Opens the remote console that the stack exports, on this terminal, and gives its exit status. */
export async function remoteConsole(stack: Stack): Promise<number> {
  const command: unknown = (await stack.outputs()).remoteConsole?.value;
  if (typeof command !== "string") {
    throw new Error(
      `environment is "${stack.name}", which has no cluster; allowed is one that is up: run npm run up -- ${stack.name} first`,
    );
  }
  // The console has Ctrl-C for itself.
  process.on("SIGINT", () => undefined);
  return await new Promise((resolve, reject) => {
    const child = spawn("sh", ["-c", command], { stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
