import { run } from "./run";
import type { Report } from "./report";

/** Installs Debian packages; waits where somebody else is installing. For root. */
export async function aptInstall(
  packages: readonly string[],
  purpose: string,
  report: Report,
  base: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const env = { ...base, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args: string[]) => run("apt-get", ["-o", "DPkg::Lock::Timeout=300", ...args], { env });

  report(`Installing ${packages.join(" ")} with apt-get (${purpose})`);
  // One unreachable source fails the update; what we need may well come from another.
  const update = await apt("update").catch(messageOf);
  await apt("install", "--yes", "--no-install-recommends", ...packages).catch((error: unknown) => {
    throw new Error(`${messageOf(error)}\nbefore that:\n${update}`);
  });
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
