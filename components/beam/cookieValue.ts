/** Characters of a cookie we make: 54 of 62 letters and digits are 321 bits, as many as 40 random bytes give. */
export const cookieLength = 54;

/**
 * Checks a cookie someone else made. The message never shows it.
 *
 * A cookie becomes an atom (at most 255 characters) and travels as an argument of the VM's command line, where
 * a leading `-` or `+` is taken for a flag and the node silently runs with another cookie.
 */
export function cookieValue(value: string): string {
  const problem =
    value.length === 0
      ? "empty"
      : value.length > 255
        ? `${value.length} characters long`
        : /^[-+]/.test(value)
          ? `a text that begins with "${value.charAt(0)}"`
          : /[^A-Za-z0-9_=@.+/-]/.test(value)
            ? "a text with characters that the release's script or the VM would not take literally"
            : undefined;
  if (problem !== undefined) {
    throw new Error(
      `cookie is ${problem}; allowed is 1 to 255 of A-Z a-z 0-9 _ = @ . + / -, not beginning with - or +: ` +
        "leave `value` out to have one made, or give the one your nodes run with",
    );
  }
  return value;
}
