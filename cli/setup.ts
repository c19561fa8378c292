import { prepareEngine, type Report } from "../tools/engine";
import { ensureClusterTools } from "../tools/cluster";
import { buildHelloBeam, ensureElixir } from "../tools/elixir";

/** What is about to run: a ring of tests, or the program of an environment (which opens the engine itself). */
export type Ring = "unit" | "engine" | "program" | "cluster";

/** Brings in what a fresh machine lacks. Does nothing, quickly, where all is there. */
export async function setup(ring: Ring, report: Report): Promise<void> {
  if (ring === "unit") {
    return;
  }
  if (ring !== "program") {
    await prepareEngine(report);
  }
  await ensureElixir(report);
  if (ring === "cluster") {
    await ensureClusterTools(report);
  }
  await buildHelloBeam(report);
}
