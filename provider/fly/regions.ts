import { isDeepStrictEqual } from "node:util";
import type { Failure } from "../lifecycle";
import type { FlyApi } from "./api";

/** Asks which regions there are only where other ones are wanted than last time: a run without change asks nothing. */
export async function unknownRegions(
  wanted: readonly string[],
  before: readonly string[],
  api: FlyApi,
): Promise<readonly Failure[]> {
  if (wanted.length === 0 || isDeepStrictEqual(wanted, before)) {
    return [];
  }
  const known = (await api.platform.regions())
    .filter(({ deprecated }) => !deprecated)
    .map(({ code }) => code);
  return wanted
    .filter((code) => !known.includes(code))
    .map((code) => ({
      property: "regions",
      reason: `regions is ${JSON.stringify(code)}; allowed is ${known.join(", ")}: give a region that Fly has`,
    }));
}
