import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildHelloBeam, fingerprint, makerOf } from "../../../tools/elixir/helloBeam";

const files = (entries: Record<string, string>) =>
  new Map(Object.entries(entries).map(([name, text]) => [name, Buffer.from(text)]));

describe("elixir hello_beam build", () => {
  describe("fingerprint", () => {
    const made = fingerprint(files({ "mix.exs": "a", "lib/b.ex": "b" }), ["erl 25"]);

    it("is the same for the same sources and tools, in whatever order they are found", () => {
      assert.equal(fingerprint(files({ "lib/b.ex": "b", "mix.exs": "a" }), ["erl 25"]), made);
      assert.match(made, /^[0-9a-f]{16}$/);
    });

    it("changes with a file's text or name, a new file, and another Erlang", () => {
      const others = [
        fingerprint(files({ "mix.exs": "a", "lib/b.ex": "c" }), ["erl 25"]),
        fingerprint(files({ "mix.exs": "a", "lib/c.ex": "b" }), ["erl 25"]),
        fingerprint(files({ "mix.exs": "al", "ib/b.ex": "b" }), ["erl 25"]),
        fingerprint(files({ "mix.exs": "a", "lib/b.ex": "b", "lib/c.ex": "" }), ["erl 25"]),
        fingerprint(files({ "mix.exs": "a", "lib/b.ex": "b" }), ["erl 26"]),
      ];

      assert.equal(new Set([made, ...others]).size, 6);
    });
  });

  it("knows whose an unfinished build is", () => {
    assert.equal(makerOf("building-123-Xy"), 123);
    assert.equal(makerOf("releases"), undefined);
  });

  describe("buildHelloBeam", () => {
    const systemPath = process.env.PATH;
    let home: string;
    let reported: string[];
    const report = (line: string) => void reported.push(line);

    beforeEach(async () => {
      home = await mkdtemp(path.join(tmpdir(), "elixir-build-"));
      reported = [];
      for (const directory of ["lib", "bin"]) await mkdir(path.join(home, directory));
      await writeFile(path.join(home, "mix.exs"), "project");
      process.env.PATH = `${path.join(home, "bin")}:/usr/bin:/bin`;
      await program("erl", "");
      await mix(
        `mkdir -p "$5/bin"; echo "$MIX_ENV $*" > "$5/bin/hello_beam"; echo . >> "$PWD/builds"; sleep 0.1`,
      );
    });
    afterEach(async () => {
      process.env.PATH = systemPath;
      await rm(home, { recursive: true });
    });

    async function program(name: string, script: string): Promise<void> {
      const file = path.join(home, "bin", name);
      await writeFile(file, `#!/bin/sh\n${script}\n`);
      await chmod(file, 0o755);
    }
    /** A mix that is asked for `release --overwrite --quiet --path <directory>`. */
    const mix = (script: string) => program("mix", script);
    const built = () => readdir(path.join(home, "_build"));
    const builds = async () => (await readFile(path.join(home, "builds"), "utf8")).trim().split("\n").length;

    it("builds a production release, and says so", async () => {
      const release = await buildHelloBeam(report, home);

      assert.equal(path.dirname(release), path.join(home, "_build", "releases"));
      assert.match(
        await readFile(path.join(release, "bin", "hello_beam"), "utf8"),
        /^prod release --overwrite --quiet --path /,
      );
      assert.deepEqual(reported, ["Building examples/hello_beam with mix release (a few seconds)"]);
      assert.deepEqual(await built(), ["current", "releases"]);
    });

    it("builds once, until a source changes", async () => {
      const first = await buildHelloBeam(report, home);
      assert.equal(await buildHelloBeam(report, home), first);
      assert.equal(await builds(), 1);

      await writeFile(path.join(home, "lib", "new.ex"), "defmodule New, do: nil");
      assert.notEqual(await buildHelloBeam(report, home), first);
      assert.equal(await builds(), 2);
    });

    it("gives two at once the same release", async () => {
      const [one, other] = await Promise.all([buildHelloBeam(report, home), buildHelloBeam(report, home)]);

      assert.equal(one, other);
      assert.deepEqual(await readdir(one), ["bin"]);
      assert.deepEqual(await built(), ["current", "releases"]);
    });

    it("leaves no release when mix fails, and repeats what it said", async () => {
      await mix(`mkdir -p "$5/bin"; echo "** (CompileError)"; exit 1`);

      await assert.rejects(
        buildHelloBeam(report, home),
        /^Error: mix release .* failed \(exit 1\):\n\*\* \(CompileError\)$/,
      );
      assert.deepEqual(await readdir(path.join(home, "_build", "releases")), []);
      assert.deepEqual(await built(), ["releases"]);
    });

    it("clears away what interrupted builds left, and no one else's", async () => {
      const alive = `building-${process.pid}-abc`;
      for (const name of [alive, "building-2147483646-abc", "prod"]) {
        await mkdir(path.join(home, "_build", name), { recursive: true });
      }

      await buildHelloBeam(report, home);

      assert.deepEqual((await built()).sort(), [alive, "current", "prod", "releases"]);
    });
  });
});
