import { imageDigits, Isolation } from "./isolation";
import { misuse } from "./misuse";

// Erlang's own limit: a node name is an atom, and an atom has at most 255 characters. The longest address a
// node can carry (an IPv6 one with a zone) stays below 64.
const longestBasename = 255 - 64;

/** Checks a mix release name, which is also the start of every node's name. */
export function releaseName(name: string): string {
  if (!/^[a-z][a-z0-9_]*$/.test(name) || name.length > longestBasename - 11) {
    throw misuse(
      "release",
      name,
      `lower-case letters, digits and "_", beginning with a letter, at most ${longestBasename - 11} characters`,
      "give the name under `releases` in mix.exs (by default the application's name)",
    );
  }
  return name;
}

/** The part of a node's name before the `@`; the same on every node, as dns_cluster and libcluster expect. */
export function nodeBasename(release: string, isolation: Isolation, image: string): string {
  return isolation === Isolation.Release ? `${release}-${imageDigits(image)}` : release;
}

/** Whether OTP takes this as the name of a node (`net_kernel` allows nothing else before the one `@`). */
export function isNodeName(name: string): boolean {
  return /^[0-9A-Za-z_-]+@[^@\s]+$/.test(name) && name.length <= 255;
}
