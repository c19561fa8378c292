import assert from "node:assert/strict";
import { failure, run } from "../../tools/run";

describe("elixir run", () => {
  it("gives what the command wrote", async () => {
    assert.equal(
      await run("/bin/sh", ["-c", "echo one; echo $WORD"], { env: { WORD: "two" } }),
      "one\ntwo\n",
    );
  });

  it("fails with the command, how it ended, and what it wrote last", async () => {
    await assert.rejects(run("/bin/sh", ["-c", "echo broken >&2; exit 3"]), {
      message: "/bin/sh -c echo broken >&2; exit 3 failed (exit 3):\nbroken",
    });
    assert.equal(failure("mix", "SIGKILL", "\n"), "mix failed (SIGKILL), and wrote nothing");
  });

  it("keeps a long complaint short", () => {
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);

    assert.deepEqual(failure("mix", "exit 1", lines.join("\n")).split("\n").slice(1), lines.slice(70));
  });

  it("fails where the program is not there", async () => {
    await assert.rejects(run("no-such-program", []), { code: "ENOENT" });
  });

  it("passes an interruption on to the command, and listens no longer than that", async () => {
    const others = process.listenerCount("SIGHUP");
    const ours = () => undefined;
    process.on("SIGHUP", ours);
    try {
      const running = run("/bin/sh", [
        "-c",
        "trap 'echo stopped; exit 0' HUP; while :; do /bin/sleep 0.05; done",
      ]);
      setTimeout(() => process.kill(process.pid, "SIGHUP"), 100);

      await assert.rejects(running, /failed \(exit 0\):\nstopped$/);
      assert.equal(process.listenerCount("SIGHUP"), others + 1);
    } finally {
      process.off("SIGHUP", ours);
    }
  });
});
