import { randomCharacters } from "./characters";
import type { Kind, Made } from "./kind";
import { characterSpec, checkString, completeString, stringInputs } from "./stringInputs";
import type { Properties } from "./values";

export const randomString: Kind = {
  inputs: stringInputs,
  secrets: [],
  check: checkString,
  complete: completeString,
  create: (inputs) => made(inputs, randomCharacters(characterSpec(inputs))),
  adopt: (id) => made(completeString({ length: Buffer.byteLength(id) }), id),
};

function made(inputs: Properties, result: string): Made {
  // Without the mark of its schema's version the real plugin would take the state for an old one and convert it.
  return {
    id: result,
    outputs: { ...inputs, id: result, result, __meta: JSON.stringify({ schema_version: "2" }) },
  };
}
