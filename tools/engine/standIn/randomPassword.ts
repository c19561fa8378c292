import { genSalt, hash } from "bcryptjs";
import { randomCharacters } from "./characters";
import type { Kind, Made } from "./kind";
import { characterSpec, checkString, completeString, stringInputs } from "./stringInputs";
import type { Properties } from "./values";

/** The plugin never puts a password into an id. */
const id = "none";

export const randomPassword: Kind = {
  inputs: stringInputs,
  secrets: ["result", "bcryptHash"],
  check: checkString,
  complete: completeString,
  create: (inputs) => made(inputs, randomCharacters(characterSpec(inputs))),
  adopt: (password) => made(completeString({ length: Buffer.byteLength(password) }), password),
};

async function made(inputs: Properties, result: string): Promise<Made> {
  const bcryptHash = await bcrypt(result);
  // Without the mark of its schema's version the real plugin would take the state for an old one and convert it.
  return {
    id,
    outputs: { ...inputs, id, result, bcryptHash, __meta: JSON.stringify({ schema_version: "3" }) },
  };
}

/** Ten rounds, of the first 72 bytes, and labelled `2a` as Go's library does; `2b` names the same algorithm. */
async function bcrypt(password: string): Promise<string> {
  const salt = await genSalt(10);
  return await hash(password, salt.replace(/^\$2b\$/, "$2a$$"));
}
