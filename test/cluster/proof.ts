import Table from "cli-table3";

const results = new Map<string, Map<string, string>>();

/** Notes what a claim came to for a target, for the table at the end. */
export function prove(target: string, claim: string, result: string): void {
  const row = results.get(target) ?? new Map<string, string>();
  results.set(target, row.set(claim, result));
}

/** The table target × claim of this run. */
export function proofTable(): string {
  const targets = [...results.keys()];
  const claims = [...new Set([...results.values()].flatMap((row) => [...row.keys()]))];
  const table = new Table({ head: ["claim", ...targets], style: { head: [], border: [] } });
  table.push(
    ...claims.map((claim) => [claim, ...targets.map((target) => results.get(target)?.get(claim) ?? "-")]),
  );
  return table.toString();
}
