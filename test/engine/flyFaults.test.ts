import assert from "node:assert/strict";
import { flyUnderTest } from "../support/fly/harness";
import { withStack } from "../support/withStack";

describe("fly cluster under faults on the engine", function () {
  this.timeout(600_000);
  const { api, program, living, names, count, byHand, machine, ids, versions, whole } = flyUnderTest();

  it("makes no second machine where the answer to a create is lost, and waits out limits and resets", () =>
    withStack(async (stack) => {
      api().faults.push(
        { kind: "ambiguous", action: "create machine", times: 1 },
        { kind: "reset", action: "create machine", times: 1, done: true },
        { kind: "rateLimited", action: "create machine", times: 2 },
        { kind: "reset", action: "get machine", times: 2, done: false },
        { kind: "unavailable", action: "list machines", times: 1 },
        { kind: "ambiguous", action: "create app", times: 1 },
        { kind: "ambiguous", action: "assign address", times: 1 },
      );
      await stack.up(program());
      assert.equal(api().faults.length, 0);
      assert.deepEqual(names(), ["web-iad-1", "web-iad-2", "web-iad-3"]);
      assert.deepEqual(
        api()
          .world.apps.get("demo-app")
          ?.addresses.map(({ type }) => type)
          .sort(),
        ["shared_v4", "v6"],
      );
      api().faults.push(
        { kind: "ambiguous", action: "update machine", times: 1 },
        { kind: "rateLimited", action: "update machine", times: 2 },
      );
      await stack.up(program({ env: { NEW: "1" } }));
      await whole(3);
      assert.deepEqual(await stack.preview(program({ env: { NEW: "1" } })), {});
    }));

  it("makes a machine anew where its host is full, but never one whose volume pins it", () =>
    withStack(async (stack) => {
      await stack.up(program({ nodes: 2 }));
      const before = ids();
      api().faults.push({ kind: "hostFull", machine: "web-iad-2", times: 1 });
      await stack.up(program({ nodes: 2, env: { NEW: "1" } }));
      assert.equal(ids()["web-iad-1"], before["web-iad-1"]);
      assert.notEqual(ids()["web-iad-2"], before["web-iad-2"]);
      await whole(2);
      const volume = { path: "/data", sizeGib: 2 };
      await stack.up(program({ nodes: 2, volume }));
      const mounted = ids();
      api().faults.push({ kind: "hostFull", machine: "web-iad-1", times: 1 });
      await assert.rejects(
        stack.up(program({ nodes: 2, volume, env: { NEW: "2" } })),
        /web-iad-1 \(machine .*its volume cannot leave that host/,
      );
      assert.deepEqual(ids(), mounted);
      await stack.up(program({ nodes: 2, volume: { path: "/data", sizeGib: 3 }, env: { NEW: "2" } }));
      assert.deepEqual(
        [...(api().world.apps.get("demo-app")?.volumes.values() ?? [])].map(({ name, size_gb }) => [
          name,
          size_gb,
        ]),
        [
          ["web_iad_1", 3],
          ["web_iad_2", 3],
        ],
      );
      await assert.rejects(
        stack.up(program({ nodes: 2, volume: { path: "/data", sizeGib: 1 } })),
        /volume\.sizeGib is 1; allowed is 3 or more/,
      );
    }));

  it("stops a roll at the first machine that ends while it starts, says why, and resumes without doing it twice", () =>
    withStack(async (stack) => {
      await stack.up(program());
      const before = versions();
      api().faults.push({ kind: "dies", machine: "web-iad-2" });
      await assert.rejects(
        stack.up(program({ env: { NEW: "1" } })),
        /web-iad-2 \(machine \w+\) ended while it was starting[\s\S]*exit_code 1/,
      );
      assert.notEqual(versions()["web-iad-1"], before["web-iad-1"]);
      assert.equal(versions()["web-iad-3"], before["web-iad-3"]);
      assert.deepEqual(
        living().map(({ lease }) => lease),
        [undefined, undefined, undefined],
      );
      api().faults.length = 0;
      const first = versions()["web-iad-1"];
      assert.deepEqual(await stack.up(program({ env: { NEW: "1" } })), { update: 1 });
      assert.equal(versions()["web-iad-1"], first);
      await whole(3);
      assert.deepEqual(await stack.preview(program({ env: { NEW: "1" } })), {});
    }));

  it("waits for slow checks and for somebody else's lease, and says which machine was not healthy in time", () =>
    withStack(async (stack) => {
      await stack.up(program({ nodes: 2 }));
      api().faults.push({ kind: "slowChecks", machine: "web-iad-1", seconds: 40 });
      machine("web-iad-2").lease = {
        nonce: "n",
        owner: "them@tokens.fly.io",
        expiresAt: api().world.now() + 60_000,
      };
      await stack.up(program({ nodes: 2, env: { NEW: "1" } }));
      await whole(2);
      api().faults.push({ kind: "slowChecks", machine: "web-iad-1", seconds: 4000 });
      api().faults.shift();
      await assert.rejects(
        stack.up(program({ nodes: 2, env: { NEW: "2" }, startTimeoutSeconds: 60 })),
        /web-iad-1 .*is started and not healthy after 60 s[\s\S]*servicecheck-00-http-4000 critical/,
      );
      api().faults.length = 0;
    }));

  it("says which region is full and keeps what it made", () =>
    withStack(async (stack) => {
      api().faults.push({ kind: "regionFull", region: "ams" });
      await assert.rejects(
        stack.up(program({ nodes: 2, regions: ["iad", "ams"] })),
        /POST \/apps\/demo-app\/machines: 422 could not find a candidate host \(request 01LOCAL/,
      );
      assert.deepEqual(names(), ["web-iad-1"]);
      api().faults.length = 0;
      const before = ids()["web-iad-1"];
      await stack.up(program({ nodes: 2, regions: ["iad", "ams"] }));
      assert.equal(ids()["web-iad-1"], before);
      await whole(2);
    }));

  it("leaves a roll in order when it is interrupted, and goes on where it stopped", () =>
    withStack(async (stack) => {
      await stack.up(program());
      const stop = new AbortController();
      const second = setInterval(() => {
        if (count("update machine") === 2) {
          stop.abort();
        }
      }, 5);
      await assert.rejects(
        stack.stack.up({ program: program({ env: { NEW: "1" } }), signal: stop.signal, color: "never" }),
      );
      clearInterval(second);
      assert.equal(count("update machine"), 2);
      await api().clock.sleep(40_000);
      assert.deepEqual(
        living().map(({ lease }) => lease),
        [undefined, undefined, undefined],
      );
      const rolled = versions();
      await stack.up(program({ env: { NEW: "1" } }));
      assert.equal(versions()["web-iad-1"], rolled["web-iad-1"]);
      assert.equal(count("update machine"), 3);
      await whole(3);
      assert.deepEqual(await stack.preview(program({ env: { NEW: "1" } })), {});
    }));

  it("refuses a name that a foreign machine has, and leaves that machine alone", () =>
    withStack(async (stack) => {
      await stack.up(program({ nodes: 1 }));
      const theirs = { name: "web-iad-2", region: "iad", config: { image: "theirs" } };
      await byHand("POST", "/apps/demo-app/machines", theirs);
      await assert.rejects(
        stack.up(program({ nodes: 2 })),
        /web-iad-2 is the name of a machine in demo-app that this stack does not own/,
      );
      assert.equal(machine("web-iad-2").config.image, "theirs");
      assert.equal(machine("web-iad-2").state, "started");
    }));

  it("adopts the machines of a run whose end nobody recorded", () =>
    withStack(async (stack) => {
      await stack.up(program({ nodes: 2 }));
      const before = ids();
      const whole_ = await stack.stack.exportStack();
      const held = whole_.deployment as { resources: { type: string }[] };
      const resources = held.resources.filter(({ type }) => type !== "beam:fly:Machines");
      await stack.stack.importStack({ ...whole_, deployment: { ...held, resources } });
      assert.deepEqual(await stack.up(program({ nodes: 2 })), { create: 1 });
      assert.deepEqual(ids(), before);
      assert.equal(count("create machine"), 2);
    }));
});
