import type { Properties, Value } from "./values";

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** What came of making or importing a resource. Values are plain; those named in the kind's `secrets` get wrapped. */
export interface Made {
  readonly id: string;
  readonly outputs: Properties;
}

/** One type of resource. It sees plain values only. */
export interface Kind {
  /** What a user may set; a change of any of them makes a new resource. */
  readonly inputs: readonly string[];
  /** Outputs that are secret. */
  readonly secrets: readonly string[];
  /** What is wrong with the inputs, which may hold unknowns. */
  check(inputs: Properties): Failure[];
  /** The inputs with the plugin's defaults for what was left out. */
  complete(inputs: Properties): Properties;
  /** Makes the value. The inputs are complete. */
  create(inputs: Properties): Promise<Made> | Made;
  /** Takes over a value made elsewhere, which the id spells out. */
  adopt(id: string): Promise<Made> | Made;
}

/**
 * Whether a change of an input makes a new resource. All do, except where the plugin forgives what its own
 * older versions wrote: an empty `overrideSpecial`, and keepers without a value.
 */
export function replaces(input: string, before: Value | undefined, after: Value | undefined): boolean {
  if (input === "overrideSpecial") {
    return (after ?? null) !== null || before !== "";
  }
  if (input !== "keepers" || !isKeepers(before) || !isKeepers(after)) {
    return true;
  }
  const old = before ?? {};
  const wanted = after ?? {};
  const added = Object.entries(wanted).some(([key, value]) => value !== (old[key] ?? null));
  return added || Object.keys(old).some((key) => !(key in wanted));
}

function isKeepers(value: Value | undefined): value is Record<string, Value> | null | undefined {
  return value === undefined || value === null || (typeof value === "object" && !Array.isArray(value));
}
