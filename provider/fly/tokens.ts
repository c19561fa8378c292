import { misuse } from "../../components/beam/misuse";
import type { Failure } from "../lifecycle";

/** Macaroons, as `fly tokens create` prints them; any other token is an older one of a user. */
const macaroon = /^(fm1r|fm1a|fm2)_/;

/**
 * The value of the Authorization header. Macaroons go under the scheme `FlyV1`, others under `Bearer`, whatever
 * scheme was pasted along; where both kinds stand in one text, macaroons are what the Machines API wants.
 */
export function authorization(token: string | undefined): string {
  const pieces = (token ?? "")
    .trim()
    .replace(/^(Bearer|FlyV1)(\s+|$)/i, "")
    .split(",")
    .map((piece) => piece.trim())
    .filter((piece) => piece !== "");
  const macaroons = pieces.filter((piece) => macaroon.test(piece));
  const [first] = pieces;
  if (first === undefined) {
    throw misuse(
      "flyApiToken",
      undefined,
      "a token of Fly",
      "run `fly tokens create org`, then `pulumi config set --secret beam:flyApiToken …`, or set FLY_API_TOKEN",
    );
  }
  // Never shown: not even a piece of a bad token goes to a message.
  if (!pieces.every((piece) => /^[A-Za-z0-9_\-.~+/=]+$/.test(piece)) || first.length < 8) {
    throw new Error(
      'flyApiToken is malformed; allowed is what `fly tokens create` prints, with or without its "FlyV1 ": ' +
        "copy it again, whole",
    );
  }
  return macaroons.length > 0 ? `FlyV1 ${macaroons.join(",")}` : `Bearer ${first}`;
}

/** Complains about the token before anything is created. */
export function tokenFailures(configuration: Readonly<Record<string, unknown>>): readonly Failure[] {
  try {
    authorization(configuredToken(configuration));
    return [];
  } catch (error) {
    return [{ property: "app", reason: error instanceof Error ? error.message : String(error) }];
  }
}

/** The provider's configuration wins over the environment. */
export function configuredToken({ flyApiToken }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof flyApiToken === "string" && flyApiToken !== "" ? flyApiToken : process.env.FLY_API_TOKEN;
}
