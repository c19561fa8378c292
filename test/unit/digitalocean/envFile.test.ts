import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { envFile } from "../../../components/digitalocean/envFile";

/** Reads a file of that notation with a shell, the reader of the two that is at hand. */
function readBack(file: string, name: string): string {
  return execFileSync("sh", ["-c", `eval "$1"; printf '%s.' "$${name}"`, "sh", file], {
    encoding: "utf8",
  }).slice(0, -1);
}

describe("digitalocean environment file", () => {
  it("gives every value back as it was: quotes, dollars, backslashes, newlines", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", " ", '"', "'", "$", "`", "\\", "\n", "\t", "#", ";", "é", "$(x)"),
    });
    fc.assert(
      fc.property(text, (value) => {
        assert.equal(readBack(envFile({ VALUE: value }), "VALUE"), value);
      }),
      { numRuns: 60 },
    );
  });

  it("escapes exactly what systemd unescapes within double quotes", () => {
    assert.equal(envFile({ A: 'x"\\`$y', B: "two\nlines" }), 'A="x\\"\\\\\\`\\$y"\nB="two\nlines"\n');
  });

  it("refuses what systemd would drop, without showing it", () => {
    for (const value of ["secret\u0000", "secret\r", "secret\u001b[0m", "secret\u007f"]) {
      assert.throws(() => envFile({ KEY: value }), {
        message: /^env is "KEY"; allowed is variables without control characters: encode/,
      });
    }
  });
});
