import { prepareEngine, type Report } from "../tools/engine";
import { buildHelloBeam, ensureElixir } from "../tools/elixir";

/** What is about to run, and so what it needs: each ring of tests needs what the one before it does. */
export type Ring = "unit" | "engine" | "program" | "cluster";

/** Brings in what a fresh machine lacks. Does nothing, quickly, where all is there. */
export async function setup(ring: Ring, report: Report): Promise<void> {
  if (ring === "unit") {
    return;
  }
  await prepareEngine(report);
  await ensureElixir(report);
  await buildHelloBeam(report);
}
