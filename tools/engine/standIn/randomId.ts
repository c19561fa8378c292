import { randomBytes } from "node:crypto";
import { keepersFailures, lengthFailures } from "./inputChecks";
import type { Kind, Made } from "./kind";
import type { Properties } from "./values";

const inputs = ["keepers", "byteLength", "prefix"] as const;

export const randomId: Kind = {
  inputs,
  secrets: [],
  check: (given) => [...keepersFailures(given), ...lengthFailures(given, "byteLength")],
  complete,
  create: (given) => made(complete(given), randomBytes(Number(given.byteLength))),
  adopt: (id) => {
    const comma = id.lastIndexOf(",");
    const encoded = id.slice(comma + 1);
    const bytes = Buffer.from(encoded, "base64url");
    if (bytes.length === 0 || bytes.toString("base64url") !== encoded) {
      throw new Error(
        `"${encoded}" is no URL-safe base64 without padding; import PREFIX,ID or ID, as in my-prefix-,p-9hUg`,
      );
    }
    return made(
      { byteLength: bytes.length, prefix: comma < 0 ? undefined : id.slice(0, comma) || undefined },
      bytes,
    );
  },
};

/** The five spellings of the same bytes. The prefix goes before all of them, but not before the id. */
export function encodings(bytes: Buffer, prefix: string) {
  const hex = bytes.toString("hex");
  return {
    id: bytes.toString("base64url"),
    b64Url: prefix + bytes.toString("base64url"),
    b64Std: prefix + bytes.toString("base64"),
    hex: prefix + hex,
    dec: prefix + BigInt(`0x${hex}`).toString(),
  };
}

function complete(given: Properties): Properties {
  return Object.fromEntries(inputs.map((name) => [name, given[name]]));
}

function made(given: Properties, bytes: Buffer): Made {
  const outputs = encodings(bytes, typeof given.prefix === "string" ? given.prefix : "");
  return { id: outputs.id, outputs: { ...given, ...outputs } };
}
