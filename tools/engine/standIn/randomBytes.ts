import * as crypto from "node:crypto";
import { keepersFailures, lengthFailures } from "./inputChecks";
import type { Kind, Made } from "./kind";
import type { Properties } from "./values";

const inputs = ["keepers", "length"] as const;

export const randomBytes: Kind = {
  inputs,
  secrets: ["base64", "hex"],
  check: (given) => [...keepersFailures(given), ...lengthFailures(given, "length")],
  complete,
  create: (given) => made(complete(given), crypto.randomBytes(Number(given.length))),
  adopt: (id) => {
    const bytes = Buffer.from(id, "base64");
    if (bytes.length === 0 || bytes.toString("base64") !== id) {
      // Bytes are as good as a password, so the message does not repeat them.
      throw new Error(
        "the id to import is no base64 with padding; import bytes as in 8/fu3q+2DcgSJ19i0jZ5Cw==",
      );
    }
    return made({ length: bytes.length }, bytes);
  },
};

function complete(given: Properties): Properties {
  return Object.fromEntries(inputs.map((name) => [name, given[name]]));
}

/** The plugin makes the base64 text the id, which no engine can hide; another id would make it see drift. */
function made(given: Properties, bytes: Buffer): Made {
  const base64 = bytes.toString("base64");
  return { id: base64, outputs: { ...given, base64, hex: bytes.toString("hex") } };
}
