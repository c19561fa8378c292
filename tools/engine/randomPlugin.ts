import { version } from "@pulumi/random/package.json";
import type { Report } from "../report";

/** How the choice between the random plugin and its stand-in reaches the world. */
export interface PluginHost {
  /** Whether an executable on PATH serves in place of any plugin, as the engine has it. */
  onPath(): boolean;
  installed(): Promise<boolean>;
  install(): Promise<void>;
  /** Whether an earlier failure to install is so recent that another try would only cost time. */
  failedLately(): boolean;
  rememberFailure(): void;
}

/** Whether the stand-in has to serve, after an attempt to do without it. */
export async function needsStandIn(host: PluginHost, report: Report, signal: AbortSignal): Promise<boolean> {
  if (host.onPath() || (await host.installed())) {
    return false;
  }
  if (!host.failedLately()) {
    report(`installing the random plugin ${version}`);
    try {
      await host.install();
      return false;
    } catch {
      signal.throwIfAborted();
      host.rememberFailure();
    }
  }
  report(
    `the random plugin ${version} cannot be downloaded here: a stand-in with the same randomness serves it`,
  );
  return true;
}
