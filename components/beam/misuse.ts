/**
 * The one form of every complaint about an argument: which field, what came, what is allowed, what to do.
 *
 * `misuse("nodes", 0, "a whole number of at least 1", "set it to the number of nodes to keep running")` reads
 * `nodes is 0; allowed is a whole number of at least 1: set it to the number of nodes to keep running`.
 */
export function misuse(field: string, came: unknown, allowed: string, remedy: string): Error {
  return new Error(`${field} is ${shown(came)}; allowed is ${allowed}: ${remedy}`);
}

function shown(value: unknown): string {
  if (value === undefined) {
    return "missing";
  }
  if (typeof value === "number") {
    return String(value);
  }
  return JSON.stringify(value);
}
