import assert from "node:assert/strict";
import { canonical, goalOf, keys, type MachinesInputs } from "../../../provider/fly/rollout/goal";
import { isEmpty, plan, type Plan } from "../../../provider/fly/rollout/plan";
import { differsFrom, durationSeconds } from "../../../provider/fly/rollout/sameConfig";
import type { Machine } from "../../../provider/fly/shapes";

const wanted = { image: "new", stop_config: { timeout: "60s" } };

function machine(name: string, change: Partial<Machine> & { goal?: string } = {}): Machine {
  const { goal = "goal", ...rest } = change;
  return {
    id: `id-of-${name}`,
    name,
    state: "started",
    region: name.split("-")[1] ?? "",
    instanceId: "v1",
    privateIp: "fdaa::1",
    hostAnswers: true,
    config: wanted,
    metadata: { [keys.owner]: "us", [keys.goal]: goal },
    checks: [],
    events: [],
    nonce: undefined,
    ...rest,
  };
}

const slot = (name: string) => ({ name, region: name.split("-")[1] ?? "" });

describe("fly plan", () => {
  const planned = (
    machines: Machine[],
    names: string[],
    records: Parameters<typeof plan>[1]["records"] = [],
  ) => plan(machines, { slots: names.map(slot), goal: "goal", config: wanted, records });
  const shape = (given: Plan) => ({
    keep: given.keep.map(({ machine: { name } }) => name),
    create: given.create.map(({ name }) => name),
    start: given.start.map(({ machine: { name } }) => name),
    update: given.update.map(({ machine: { name } }) => name),
    destroy: given.destroy.map(({ name }) => name),
    unreachable: given.unreachable.map(({ machine: { name } }) => name),
  });
  const nothing = { keep: [], create: [], start: [], update: [], destroy: [], unreachable: [] };

  it("does nothing where every machine is at goal and runs", () => {
    const done = planned([machine("web-ams-1"), machine("web-ams-2")], ["web-ams-1", "web-ams-2"]);
    assert.deepEqual(shape(done), { ...nothing, keep: ["web-ams-1", "web-ams-2"] });
    assert.equal(isEmpty(done), true);
  });

  it("makes what is missing, changes what is not at goal, and removes what is too much, the last first", () => {
    const given = [
      machine("web-ams-1", { goal: "old" }),
      machine("web-ams-2"),
      machine("web-ams-3"),
      machine("web-ams-10"),
    ];
    assert.deepEqual(shape(planned(given, ["web-ams-1", "web-ams-2", "web-iad-1"])), {
      ...nothing,
      keep: ["web-ams-2"],
      create: ["web-iad-1"],
      update: ["web-ams-1"],
      destroy: ["web-ams-10", "web-ams-3"],
    });
  });

  it("takes destroyed and destroying machines for gone", () => {
    const given = [
      machine("web-ams-1", { state: "destroyed" }),
      machine("web-ams-2", { state: "destroying" }),
    ];
    assert.deepEqual(shape(planned(given, ["web-ams-1", "web-ams-2"])), {
      ...nothing,
      create: ["web-ams-1", "web-ams-2"],
    });
  });

  it("changes those that do not run first, and starts those that are at goal", () => {
    const given = [
      machine("web-ams-1", { goal: "old" }),
      machine("web-ams-2", { goal: "old", state: "stopped" }),
      machine("web-ams-3", { state: "suspended" }),
    ];
    const { update, start } = shape(
      planned(
        given,
        given.map(({ name }) => name),
      ),
    );
    assert.deepEqual(update, ["web-ams-2", "web-ams-1"]);
    assert.deepEqual(start, ["web-ams-3"]);
  });

  it("leaves a machine alone whose host does not answer, even where it is not at goal", () => {
    const given = planned(
      [machine("web-ams-1", { hostAnswers: false, goal: "old", config: {} })],
      ["web-ams-1"],
    );
    assert.deepEqual(shape(given), { ...nothing, unreachable: ["web-ams-1"] });
    assert.equal(isEmpty(given), true);
  });

  it("notices a change by hand, and takes a move to another host for none", () => {
    const left = [
      { slot: "web-ams-1", id: "id-of-web-ams-1", instanceId: "v1", privateIp: "", goal: "goal" },
    ];
    const moved = machine("web-ams-1", { instanceId: "v2" });
    const changed = machine("web-ams-1", { instanceId: "v2", config: { ...wanted, image: "theirs" } });
    assert.deepEqual(shape(planned([moved], ["web-ams-1"], left)).update, []);
    assert.deepEqual(shape(planned([changed], ["web-ams-1"], left)).update, ["web-ams-1"]);
    assert.deepEqual(shape(planned([changed], ["web-ams-1"], [])).update, []);
  });

  it("takes another spelling, an addition and an empty list for no difference", () => {
    const ours = { a: "60s", autostop: "off", list: [], deep: [{ timeout: "5s", port: 1 }] };
    const theirs = { a: "1m0s", autostop: false, deep: [{ timeout: "5s", port: 1, more: 2 }], dns: {} };
    assert.equal(differsFrom(ours, theirs), false);
    assert.equal(differsFrom({ deep: [{ port: 1 }] }, { deep: [{ port: 2 }] }), true);
    assert.equal(differsFrom({ env: { A: "1" } }, { env: {} }), true);
    assert.equal(differsFrom({ list: [1] }, { list: [1, 2] }), true);
    assert.equal(durationSeconds("1h2m3s"), 3723);
    assert.equal(durationSeconds("soon"), undefined);
  });

  it("has one fingerprint whatever the order of the keys, and another for whatever restarts a machine", () => {
    const inputs: MachinesInputs = {
      app: "a",
      owner: "o",
      slots: [],
      config: {
        image: "i",
        env: { A: "1", B: "2" },
        guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256 },
        init: { exec: [] },
        services: [],
        checks: {},
        restart: { policy: "always" },
        stop_config: { signal: "SIGTERM", timeout: "30s" },
      },
      cohort: "c",
      secretsVersion: 1,
      maxUnavailable: 1,
      startTimeoutSeconds: 300,
    };
    assert.equal(canonical({ b: 1, a: undefined, c: [{ y: 1, x: 2 }] }), '{"b":1,"c":[{"x":2,"y":1}]}');
    const goal = goalOf(inputs);
    assert.equal(goalOf({ ...inputs, config: { ...inputs.config, env: { B: "2", A: "1" } } }), goal);
    assert.equal(goalOf({ ...inputs, maxUnavailable: 3, startTimeoutSeconds: 5, peersCommand: ["x"] }), goal);
    assert.notEqual(goalOf({ ...inputs, secretsVersion: 2 }), goal);
    assert.notEqual(goalOf({ ...inputs, generation: "p" }), goal);
    assert.notEqual(goalOf({ ...inputs, volume: { path: "/d", sizeGib: 1, deleteWithNode: false } }), goal);
    assert.equal(
      goalOf({ ...inputs, volume: { path: "/d", sizeGib: 1, deleteWithNode: false } }),
      goalOf({ ...inputs, volume: { path: "/d", sizeGib: 9, deleteWithNode: true } }),
    );
  });
});
