import { runtime } from "@pulumi/pulumi";

/** A property as the engine sends and takes it; secrets are objects of their own kind. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Properties = Readonly<Record<string, Value | undefined>>;

/** Marks a value as secret, so that the engine encrypts it in the state and hides it on the screen. */
export function secret(value: Value): Value {
  return { [runtime.specialSigKey]: runtime.specialSecretSig, value };
}

/** The properties without the marks of secrets. */
export function plain(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, strip(value)]));
}

/** Whether a value is known only once something else has been made, which happens in previews. */
export function unknown(value: Value | undefined): boolean {
  return value === runtime.unknownValue;
}

function strip(value: Value | undefined): Value {
  if (value === undefined || value === null || typeof value !== "object") {
    return value ?? null;
  }
  if (Array.isArray(value)) {
    return value.map(strip);
  }
  if (value[runtime.specialSigKey] === runtime.specialSecretSig) {
    return strip(value.value);
  }
  return plain(value) as Value;
}
