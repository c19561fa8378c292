import * as pulumi from "@pulumi/pulumi";

/** Property values as the engine sends and takes them. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Properties = Record<string, Value>;

/** Plain properties, and which of the top-level ones held a secret or an unknown anywhere. */
export interface Unwrapped {
  readonly plain: Properties;
  readonly secret: ReadonlySet<string>;
  readonly unknown: ReadonlySet<string>;
}

const signature = "4dabf18193072939515e22adb298388d";

/** The one place where secrets are taken out of their wrapping. */
export function unwrap(properties: Properties): Unwrapped {
  const plain: Properties = {};
  const secret = new Set<string>();
  const unknown = new Set<string>();
  for (const [key, wrapped] of Object.entries(properties)) {
    const value = strip(wrapped, {
      secret: () => secret.add(key),
      unknown: () => unknown.add(key),
    });
    plain[key] = value;
  }
  return { plain, secret, unknown };
}

/** Wraps the named properties again, so that what was secret on its way in stays so in the state. */
export function wrap(properties: Properties, secret: ReadonlySet<string>): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [
      key,
      secret.has(key) ? { [signature]: pulumi.runtime.specialSecretSig, value } : value,
    ]),
  );
}

function strip(value: Value, found: { secret: () => void; unknown: () => void }): Value {
  if (value === pulumi.runtime.unknownValue) {
    found.unknown();
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((element) => strip(element, found));
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  if (value[signature] === pulumi.runtime.specialSecretSig) {
    found.secret();
    return strip(value.value ?? null, found);
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, strip(inner, found)]));
}
