import type { Failure } from "./kind";
import { unknown, type Properties } from "./values";

/** A required number of characters or bytes. */
export function lengthFailures(inputs: Properties, name: string): Failure[] {
  if ((inputs[name] ?? null) === null) {
    return [{ property: name, reason: `${name} is missing; give a whole number of 1 or more` }];
  }
  return numberFailures(inputs, name, 1);
}

export function numberFailures(inputs: Properties, name: string, least: number): Failure[] {
  const value = inputs[name] ?? null;
  if (value === null || unknown(value) || (Number.isInteger(value) && Number(value) >= least)) {
    return [];
  }
  return [
    {
      property: name,
      reason: `${name} is ${JSON.stringify(value)}; give a whole number of ${least} or more`,
    },
  ];
}

export function keepersFailures(inputs: Properties): Failure[] {
  const keepers = inputs.keepers ?? null;
  if (unknown(keepers) || (typeof keepers === "object" && !Array.isArray(keepers))) {
    return [];
  }
  return [{ property: "keepers", reason: `keepers is ${JSON.stringify(keepers)}; give a map of strings` }];
}
