import assert from "node:assert/strict";
import { version } from "@pulumi/random/package.json";
import { lists } from "../../../tools/engine/pluginHost";
import { needsStandIn, type PluginHost } from "../../../tools/engine/randomPlugin";

const served = `the random plugin ${version} cannot be downloaded here: a stand-in with the same randomness serves it`;

describe("engine random plugin", () => {
  it("is left alone where it is installed, or replaced on PATH", async () => {
    assert.deepEqual(await decide({ installed: true }), { standIn: false, steps: [], lines: [] });
    assert.deepEqual(await decide({ onPath: true }), { standIn: false, steps: [], lines: [] });
  });

  it("is installed where it can be", async () => {
    assert.deepEqual(await decide({ downloads: true }), {
      standIn: false,
      steps: ["install"],
      lines: [`installing the random plugin ${version}`],
    });
  });

  it("gives way to the stand-in where it cannot be, which is remembered", async () => {
    assert.deepEqual(await decide({}), {
      standIn: true,
      steps: ["install", "remember"],
      lines: [`installing the random plugin ${version}`, served],
    });
  });

  it("is not tried again so soon after a failure", async () => {
    assert.deepEqual(await decide({ failedLately: true }), { standIn: true, steps: [], lines: [served] });
  });

  it("is not taken for unreachable because somebody pressed Ctrl-C", async () => {
    await assert.rejects(decide({ aborted: new Error("interrupted") }), { message: "interrupted" });
  });

  it("counts as installed in exactly the version of the package", () => {
    const plugin = { kind: "resource", name: "random", version };
    const without = [
      { ...plugin, version: "0.0.1" },
      { ...plugin, kind: "language" },
      { ...plugin, name: "aws" },
    ];
    assert.equal(lists(JSON.stringify([...without, plugin])), true);
    assert.equal(lists(JSON.stringify(without)), false);
    assert.equal(lists("[]"), false);
  });
});

interface World {
  readonly onPath?: boolean;
  readonly installed?: boolean;
  readonly downloads?: boolean;
  readonly failedLately?: boolean;
  readonly aborted?: Error;
}

async function decide(world: World) {
  const steps: string[] = [];
  const lines: string[] = [];
  const host: PluginHost = {
    onPath: () => world.onPath ?? false,
    installed: () => Promise.resolve(world.installed ?? false),
    install: () => {
      steps.push("install");
      return world.downloads ? Promise.resolve() : Promise.reject(new Error("no such host"));
    },
    failedLately: () => world.failedLately ?? false,
    rememberFailure: () => steps.push("remember"),
  };
  const signal = world.aborted ? AbortSignal.abort(world.aborted) : new AbortController().signal;
  const standIn = await needsStandIn(host, (line) => lines.push(line), signal);
  return { standIn, steps, lines };
}
