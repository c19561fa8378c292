import { ensureClusterTools } from "../tools/cluster";
import { buildHelloBeam, ensureElixir } from "../tools/elixir";
import { prepareEngine, type Report } from "../tools/engine";
import { ensureShellcheck } from "../tools/shellcheck";

/**
 * What is about to run: types and lint, a ring of tests, all of them, or the program of an environment (which opens
 * the engine itself).
 */
export type Purpose = "check" | "unit" | "engine" | "cluster" | "test" | "program";

/** Brings in what a fresh machine lacks. Does nothing, quickly, where all is there. */
export async function setup(purpose: Purpose, report: Report): Promise<void> {
  const runs = (...purposes: readonly Purpose[]) => purposes.includes(purpose);
  if (runs("unit", "test")) {
    await ensureShellcheck(report);
  }
  if (runs("engine", "test")) {
    await prepareEngine(report);
  }
  if (runs("engine", "cluster", "test", "program")) {
    await ensureElixir(report);
    await buildHelloBeam(report);
  }
  if (runs("cluster", "test")) {
    await ensureClusterTools(report);
  }
}
