import { benchFly } from "../bench/fly";
import { misuse } from "../components/beam/misuse";
import type { Report } from "../tools/engine";

/** A target that has something to measure adds its line here. */
const benches: Readonly<Record<string, (report: Report) => Promise<boolean>>> = { fly: benchFly };

/** Measures a target and gives whether it is as fast as it is meant to be. */
export async function bench(target: string, report: Report): Promise<boolean> {
  const run = benches[target];
  if (run === undefined) {
    throw misuse("target", target, Object.keys(benches).join(", "), "name one of these");
  }
  return await run(report);
}
