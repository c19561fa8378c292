import assert from "node:assert/strict";
import { Absent, chooseEngine, type Source, type Sources } from "../../../tools/engine/choose";

type Name = keyof Sources<string>;

describe("engine choice", () => {
  it("takes the first that works, and asks no further", async () => {
    const asked = { onPath: ["onPath"], cached: ["onPath", "cached"] };
    for (const [works, expected] of Object.entries(asked)) {
      const world = fake({ [works]: "works" });
      assert.equal(await world.choose(), works);
      assert.deepEqual(world.steps, expected);
    }
  });

  it("looks into the cache again once no other process is at work, then installs, then builds", async () => {
    const world = fake({ built: "works" });

    assert.equal(await world.choose(), "built");
    assert.deepEqual(world.steps, ["onPath", "cached", "lock", "cached", "official", "built", "unlock"]);
  });

  it("leaves it at the engine another process made meanwhile", async () => {
    const world = fake({});
    world.onLock = () => (world.behaviour.cached = "works");

    assert.equal(await world.choose(), "cached");
    assert.deepEqual(world.steps, ["onPath", "cached", "lock", "cached", "unlock"]);
  });

  it("tells of each that is there but fails, and not of those that are not there", async () => {
    const world = fake({ onPath: "is too old", official: "no such host", built: "works" });
    await world.choose();

    assert.deepEqual(world.lines, ["the onPath one: is too old", "the official one: no such host"]);
  });

  it("says in one error what was tried, what failed and what to install", async () => {
    const world = fake({ official: "no such host", built: "go build failed:\nno space left" });

    await assert.rejects(world.choose(), {
      message: [
        "there is no Pulumi engine on this machine, and none could be brought in:",
        "  - the onPath one: not there",
        "  - the cached one: not there",
        "  - the official one: no such host",
        "  - the built one: go build failed:",
        "      no space left",
        "Install Pulumi (https://www.pulumi.com/docs/install/), or Go 1.25 or newer (https://go.dev/doc/install) to have it built here; then try again.",
      ].join("\n"),
    });
  });

  it("stops at an interruption instead of trying the next", async () => {
    const world = fake({ built: "works" });
    world.onLock = () => world.abort.abort(new Error("interrupted"));

    await assert.rejects(world.choose(), { message: "interrupted" });
    assert.deepEqual(world.steps, ["onPath", "cached", "lock", "cached", "unlock"]);
  });
});

/** A world in which each source is absent, works, or fails with a message. */
function fake(behaviour: Partial<Record<Name, string>>) {
  const steps: string[] = [];
  const lines: string[] = [];
  const abort = new AbortController();
  const source = (name: Name): Source<string> => ({
    name: `the ${name} one`,
    get: () => {
      steps.push(name);
      const how = behaviour[name];
      if (how === "works") return Promise.resolve(name);
      return Promise.reject(how === undefined ? new Absent("not there") : new Error(how));
    },
  });
  const sources: Sources<string> = {
    onPath: source("onPath"),
    cached: source("cached"),
    official: source("official"),
    built: source("built"),
  };
  const world = {
    behaviour,
    steps,
    lines,
    abort,
    onLock: (): unknown => undefined,
    choose: () =>
      chooseEngine(sources, {
        report: (line) => lines.push(line),
        signal: abort.signal,
        alone: async (work) => {
          steps.push("lock");
          world.onLock();
          return await work().finally(() => steps.push("unlock"));
        },
      }),
  };
  return world;
}
