import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isStale, lockTimes, withLock } from "../../../tools/engine/lock";

const going = new AbortController().signal;
const unexpected = (line: string) => assert.fail(line);

describe("engine lock", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "pulumi-beam-lock-"));
    file = path.join(folder, "engine", "it.lock");
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it("lets one in at a time, tells the others whom they wait for, and leaves nothing", async () => {
    const lines: string[] = [];
    let inside = 0;
    const work = async () => {
      assert.equal(++inside, 1);
      await sleep(50);
      inside--;
      return "done";
    };
    const all = [1, 2, 3].map(() => withLock(file, (line) => lines.push(line), going, work));

    assert.deepEqual(await Promise.all(all), ["done", "done", "done"]);
    const line = `process ${process.pid} is already getting the engine ready; waiting for it`;
    assert.deepEqual(lines, [line, line]);
    assert.deepEqual(fs.readdirSync(path.dirname(file)), []);
  });

  it("is given back when the work fails", async () => {
    const failing = () => Promise.reject(new Error("no"));

    await assert.rejects(withLock(file, unexpected, going, failing), { message: "no" });
    assert.equal(await withLock(file, unexpected, going, () => Promise.resolve("next")), "next");
  });

  it("is taken at once from a process that has ended", async () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    hold({ id: "dead", pid, host: os.hostname() });

    assert.equal(await withLock(file, unexpected, going, () => Promise.resolve("mine")), "mine");
    assert.deepEqual(fs.readdirSync(path.dirname(file)), []);
  });

  it("is waited for no longer than the wait is wanted", async () => {
    hold({ id: "other", pid: process.pid, host: os.hostname() });

    const lines: string[] = [];
    const signal = AbortSignal.timeout(50);
    await assert.rejects(
      withLock(
        file,
        (line) => lines.push(line),
        signal,
        () => assert.fail(),
      ),
      { name: "AbortError" },
    );
    assert.equal(lines.length, 1);
    assert.ok(fs.existsSync(file));
  });

  it("goes stale with its process, or, where that cannot be asked, when it is left untouched", () => {
    const here = { id: "it", pid: 1, host: os.hostname() };
    const elsewhere = { ...here, host: "elsewhere" };
    const recent = lockTimes.touchMs;
    const old = lockTimes.staleMs + 1;
    const alive = () => true;
    const ended = () => false;

    assert.equal(isStale(here, recent, alive), false);
    assert.equal(isStale(here, recent, ended), true);
    assert.equal(isStale(here, old, alive), true);
    assert.equal(isStale(elsewhere, recent, ended), false);
    assert.equal(isStale(elsewhere, old, ended), true);
    assert.equal(isStale(undefined, recent, ended), false);
    assert.equal(isStale(undefined, old, ended), true);
  });

  function hold(owner: object): void {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify(owner));
  }
});
