import type { CharacterSpec } from "./characters";
import { keepersFailures, lengthFailures, numberFailures } from "./inputChecks";
import type { Failure } from "./kind";
import { unknown, type Properties } from "./values";

/** What random strings and passwords are made from. */
export const stringInputs = [
  "keepers",
  "length",
  "lower",
  "upper",
  "number",
  "numeric",
  "special",
  "minLower",
  "minUpper",
  "minNumeric",
  "minSpecial",
  "overrideSpecial",
] as const;

const switches = ["lower", "upper", "number", "numeric", "special"] as const;
const minimums = ["minLower", "minUpper", "minNumeric", "minSpecial"] as const;

/** `number` is the old name of `numeric`: whichever is set holds for both. */
export function completeString(inputs: Properties): Properties {
  const numeric = inputs.numeric ?? inputs.number ?? true;
  return {
    keepers: inputs.keepers,
    length: inputs.length,
    lower: inputs.lower ?? true,
    upper: inputs.upper ?? true,
    number: inputs.number ?? numeric,
    numeric,
    special: inputs.special ?? true,
    minLower: inputs.minLower ?? 0,
    minUpper: inputs.minUpper ?? 0,
    minNumeric: inputs.minNumeric ?? 0,
    minSpecial: inputs.minSpecial ?? 0,
    overrideSpecial: inputs.overrideSpecial,
  };
}

export function checkString(inputs: Properties): Failure[] {
  const shape = [
    ...keepersFailures(inputs),
    ...lengthFailures(inputs, "length"),
    ...minimums.flatMap((name) => (inputs[name] === undefined ? [] : numberFailures(inputs, name, 0))),
    ...switches.flatMap((name) => typeFailures(inputs, name, "boolean", "true or false")),
    ...typeFailures(inputs, "overrideSpecial", "string", "a string of characters"),
  ];
  return shape.length > 0 ? shape : combinations(inputs);
}

/** The complete inputs as the generator takes them. Only for inputs that passed the check and hold no unknowns. */
export function characterSpec(inputs: Properties): CharacterSpec {
  return completeString(inputs) as unknown as CharacterSpec;
}

function combinations(inputs: Properties): Failure[] {
  const { number, numeric } = inputs;
  const bothKnown = [number, numeric].every((value) => typeof value === "boolean");
  if (bothKnown && number !== numeric) {
    const reason = `number is ${JSON.stringify(number)} and numeric is ${JSON.stringify(numeric)}, but they mean the same; drop number`;
    return [{ property: "number", reason }];
  }
  const complete = completeString(inputs);
  if (["lower", "upper", "numeric", "special"].every((name) => complete[name] === false)) {
    const reason = "lower, upper, numeric and special are all false; leave at least one of them true";
    return [{ property: "numeric", reason }];
  }
  const known = ["length", ...minimums].every((name) => !unknown(complete[name]));
  const sum = minimums.reduce((total, name) => total + Number(complete[name]), 0);
  if (known && Number(complete.length) < sum) {
    const reason = `length is ${Number(complete.length)}, below ${sum}, the sum of minLower, minUpper, minNumeric and minSpecial; raise it to ${sum} or more`;
    return [{ property: "length", reason }];
  }
  return [];
}

function typeFailures(
  inputs: Properties,
  name: string,
  type: "boolean" | "string",
  allowed: string,
): Failure[] {
  const value = inputs[name] ?? null;
  if (value === null || unknown(value) || typeof value === type) {
    return [];
  }
  return [{ property: name, reason: `${name} is ${JSON.stringify(value)}; give ${allowed}` }];
}
