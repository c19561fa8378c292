import { isDeepStrictEqual } from "node:util";
import type { Slot } from "../../components/fly/slots";
import type { Failure } from "../lifecycle";
import type { FlyApi } from "./api";

/** Asks which regions there are only where other ones are wanted than last time: a run without change asks nothing. */
export async function unknownRegions(
  slots: readonly Slot[] | undefined,
  old: Readonly<Record<string, unknown>> | undefined,
  api: FlyApi,
): Promise<readonly Failure[]> {
  const wanted = codes(slots);
  if (slots === undefined || isDeepStrictEqual(wanted, codes(old?.slots as readonly Slot[] | undefined))) {
    return [];
  }
  const known = (await api.platform.regions())
    .filter(({ deprecated }) => !deprecated)
    .map(({ code }) => code);
  return wanted
    .filter((code) => !known.includes(code))
    .map((code) => ({
      property: "slots",
      reason: `regions is ${JSON.stringify(code)}; allowed is ${known.join(", ")}: give a region that Fly has`,
    }));
}

function codes(slots: readonly Slot[] | undefined): readonly string[] {
  return [...new Set((slots ?? []).map(({ region }) => region))].sort();
}
