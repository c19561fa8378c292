import Table from "cli-table3";

const results = new Map<string, Map<string, string[]>>();

/** Notes what a claim came to for a target, for the table at the end. Each way it was proved adds its result. */
export function prove(target: string, claim: string, result: string): void {
  const row = results.get(target) ?? new Map<string, string[]>();
  row.set(claim, [...(row.get(claim) ?? []), result]);
  results.set(target, row);
}

/** The table claim × target of this run. */
export function proofTable(): string {
  const targets = [...results.keys()];
  const claims = [...new Set([...results.values()].flatMap((row) => [...row.keys()]))];
  const table = new Table({ head: ["claim", ...targets], style: { head: [], border: [] }, wordWrap: true });
  table.push(
    ...claims.map((claim) => [claim, ...targets.map((target) => cell(results.get(target)?.get(claim)))]),
  );
  return table.toString();
}

/** Times as a span, everything else once each. */
function cell(found: readonly string[] = []): string {
  const seconds = found
    .map((one) => /^([\d.]+) s$/.exec(one)?.[1])
    .filter((one) => one !== undefined)
    .map(Number);
  if (seconds.length === found.length && seconds.length > 1) {
    return `${Math.min(...seconds)} to ${Math.max(...seconds)} s`;
  }
  return found.length === 0 ? "-" : [...new Set(found)].join("; ");
}
