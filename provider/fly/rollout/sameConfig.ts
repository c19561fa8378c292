/**
 * Whether a configuration lacks, or has otherwise, something we asked for. What the API or others added is no
 * difference, and neither is another spelling of the same thing: it answers "1m0s" to "60s", false to
 * `autostop: "off"`, and leaves out what is empty.
 */
export function differsFrom(wanted: unknown, observed: unknown): boolean {
  if (Array.isArray(wanted)) {
    const there: readonly unknown[] = Array.isArray(observed) ? observed : [];
    return wanted.length !== there.length || wanted.some((one, index) => differsFrom(one, there[index]));
  }
  if (typeof wanted === "object" && wanted !== null) {
    const there = (typeof observed === "object" && observed !== null ? observed : {}) as Record<
      string,
      unknown
    >;
    return Object.entries(wanted).some(([key, value]) => differsFrom(value, there[key]));
  }
  return spelling(wanted) !== spelling(observed);
}

function spelling(value: unknown): string {
  if (value === undefined || value === null || value === "" || value === false || value === "off") {
    return "";
  }
  const seconds = typeof value === "string" ? durationSeconds(value) : undefined;
  return seconds === undefined ? JSON.stringify(value) : `${seconds} s`;
}

/** Of Go's spelling, such as "1m30s"; undefined for a text that is no duration. */
export function durationSeconds(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join("") !== text) {
    return undefined;
  }
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  return parts.reduce((sum, [, amount = "0", unit = "s"]) => sum + Number(amount) * (units[unit] ?? 0), 0);
}
