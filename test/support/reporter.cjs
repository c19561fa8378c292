// mocha's own report, then the cluster ring's table of what was proved, closed with one line that counts.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const Table = require("cli-table3");
const { reporters, Runner } = require("mocha");

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), "beam-proof-"));
    // Test files run in processes of their own, which inherit this.
    process.env.BEAM_PROOF = path.join(directory, "proof.jsonl");
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      if (fs.existsSync(process.env.BEAM_PROOF)) {
        process.stdout.write(`${proofTable(fs.readFileSync(process.env.BEAM_PROOF, "utf8"))}\n\n`);
      }
      fs.rmSync(directory, { recursive: true });
      const { passes, failures, pending } = this.stats;
      process.stdout.write(
        `${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}\n`,
      );
    });
  }
};

function proofTable(text) {
  const proofs = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const unique = (values) => [...new Set(values)];
  const targets = unique(proofs.map(({ target }) => target)).sort();
  const claims = unique(proofs.map(({ claim }) => claim));
  const results = (claim, target) =>
    proofs.filter((one) => one.claim === claim && one.target === target).map(({ result }) => result);
  const table = new Table({ head: ["claim", ...targets], style: { head: [], border: [] } });
  table.push(...claims.map((claim) => [claim, ...targets.map((target) => cell(results(claim, target)))]));
  return table.toString();
}

// Times as a span, everything else once each, a line each.
function cell(results) {
  const seconds = results
    .map((one) => /^([\d.]+) s$/.exec(one))
    .filter(Boolean)
    .map(([, number]) => Number(number));
  if (seconds.length === results.length && seconds.length > 1) {
    return `${Math.min(...seconds)} to ${Math.max(...seconds)} s`;
  }
  return results.length === 0 ? "-" : [...new Set(results)].join("\n");
}
