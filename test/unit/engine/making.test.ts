import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheFolder } from "../../../tools/engine/cache";
import { findOnPath } from "../../../tools/findOnPath";
import { elapsed, withHeartbeat } from "../../../tools/engine/heartbeat";
import { interruptible } from "../../../tools/engine/interruptible";
import { run } from "../../../tools/engine/run";
import { stage } from "../../../tools/engine/staging";

describe("engine making", () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "pulumi-beam-making-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it("puts a finished folder in place, in one step, over what did not work", async () => {
    const target = path.join(folder, "engine", "v1");
    for (const text of ["broken", "good"]) {
      await stage(target, (made, scratch) => {
        fs.writeFileSync(path.join(made, "pulumi"), text);
        fs.writeFileSync(path.join(scratch, "go.mod"), "");
        return Promise.resolve();
      });
    }
    assert.deepEqual(fs.readdirSync(path.dirname(target)), ["v1"]);
    assert.deepEqual(fs.readdirSync(target), ["pulumi"]);
    assert.equal(fs.readFileSync(path.join(target, "pulumi"), "utf8"), "good");
  });

  it("leaves nothing of what failed or was killed", async () => {
    const target = path.join(folder, "v1");
    fs.mkdirSync(path.join(folder, ".making-killed", "made"), { recursive: true });

    await assert.rejects(
      stage(target, (made) => {
        fs.writeFileSync(path.join(made, "pulumi"), "half");
        return Promise.reject(new Error("no space left"));
      }),
      { message: "no space left" },
    );
    assert.deepEqual(fs.readdirSync(folder), []);
  });

  it("stops a command together with what it started", async () => {
    const pidFile = path.join(folder, "pid");
    const abort = new AbortController();
    const script = `sleep 60 & echo $! > ${pidFile}; wait`;
    const running = run("/bin/sh", ["-c", script], { signal: abort.signal });
    while (!fs.existsSync(pidFile) || fs.readFileSync(pidFile, "utf8") === "") await sleep(10);
    abort.abort(new Error("interrupted"));

    await assert.rejects(running, { message: "interrupted" });
    const pid = Number(fs.readFileSync(pidFile, "utf8"));
    assert.equal(await ended(pid), true);
  });

  it("gives what a command wrote, or the last lines of its complaint", async () => {
    assert.equal(await run("/bin/sh", ["-c", "echo out; echo err >&2"]), "out\n");
    await assert.rejects(run("/bin/sh", ["-c", "seq 20 >&2; exit 3"]), {
      message: "/bin/sh -c seq 20 >&2; exit 3 failed (exit 3):\n13\n14\n15\n16\n17\n18\n19\n20",
    });
    await assert.rejects(run(path.join(folder, "missing"), []), { code: "ENOENT" });
  });

  it("turns an interruption into an abort, and listens no longer than the work lasts", async () => {
    const others = process.listenerCount("SIGHUP");
    const received: string[] = [];
    const listen = () => received.push("SIGHUP");
    process.on("SIGHUP", listen);
    try {
      const work = interruptible(undefined, async (signal) => {
        process.kill(process.pid, "SIGHUP");
        await sleep(1_000, undefined, { signal }).catch(() => undefined);
        signal.throwIfAborted();
      });
      await assert.rejects(work, { message: "interrupted by SIGHUP" });
      assert.deepEqual(received, ["SIGHUP"]);
      assert.equal(process.listenerCount("SIGHUP"), others + 1);
    } finally {
      process.off("SIGHUP", listen);
    }
  });

  it("shows that it is still at work", async () => {
    const lines: string[] = [];
    await withHeartbeat(
      "compiling",
      (line) => lines.push(line),
      () => sleep(50),
      20,
    );

    assert.ok(lines.length >= 1);
    assert.deepEqual(new Set(lines), new Set(["  compiling, 0 s so far"]));
    assert.deepEqual([0, 59_400, 60_000, 200_000].map(elapsed), ["0 s", "59 s", "1 min 0 s", "3 min 20 s"]);
  });

  it("keeps the engine where caches belong", () => {
    const usual = path.join(os.homedir(), ".cache", "pulumi-beam");

    assert.equal(cacheFolder({}), usual);
    assert.equal(cacheFolder({ XDG_CACHE_HOME: "relative" }), usual);
    assert.equal(cacheFolder({ XDG_CACHE_HOME: "/var/caches" }), "/var/caches/pulumi-beam");
  });

  it("finds on PATH what a shell would start", () => {
    const [first, second] = ["first", "second"].map((name) => path.join(folder, name));
    assert.ok(first !== undefined && second !== undefined);
    fs.mkdirSync(path.join(first, "tool"), { recursive: true });
    fs.mkdirSync(second);
    fs.writeFileSync(path.join(first, "other"), "", { mode: 0o644 });
    for (const name of ["tool", "other"]) fs.writeFileSync(path.join(second, name), "", { mode: 0o755 });
    const env = { PATH: [first, "", second].join(path.delimiter) };

    assert.equal(findOnPath("tool", env), path.join(second, "tool"));
    assert.equal(findOnPath("other", env), path.join(second, "other"));
    assert.equal(findOnPath("missing", env), undefined);
    assert.equal(findOnPath("tool", {}), undefined);
  });
});

/** Whether a process ends soon; a zombie that nobody has waited for yet has ended too. */
async function ended(pid: number): Promise<boolean> {
  for (let left = 100; left > 0; left--) {
    try {
      process.kill(pid, 0);
      if (/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, "utf8"))) return true;
    } catch {
      return true;
    }
    await sleep(20);
  }
  return false;
}
