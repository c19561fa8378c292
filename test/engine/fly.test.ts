import assert from "node:assert/strict";
import { digestPinned, flyUnderTest, type Wanted } from "../support/fly/harness";
import { withStack, type StackUnderTest } from "../support/withStack";

describe("fly cluster on the engine", function () {
  this.timeout(600_000);
  const { api, program, living, names, count, byHand, machine, ids, whole } = flyUnderTest();
  const cookieOf = async (stack: StackUnderTest) => (await stack.outputs()).cookie?.value as string;

  it("comes up whole, changes nothing the second time with three requests, and leaves nothing behind", () =>
    withStack(async (stack) => {
      assert.deepEqual(await stack.up(program()), { create: 9 });
      assert.deepEqual(names(), ["web-iad-1", "web-iad-2", "web-iad-3"]);
      assert.deepEqual(
        living().map(({ state, lease }) => [state, lease]),
        [
          ["started", undefined],
          ["started", undefined],
          ["started", undefined],
        ],
      );
      const cookie = await cookieOf(stack);
      for (const machine of living()) {
        assert.equal(machine.secrets.RELEASE_COOKIE, cookie);
        assert.equal(JSON.stringify(machine.config).includes(cookie), false);
      }
      assert.deepEqual(await stack.preview(program()), {});
      api().calls.length = 0;
      assert.deepEqual(await stack.up(program()), {});
      assert.deepEqual(
        api()
          .calls.map(({ action }) => action)
          .sort(),
        ["get app", "list machines", "list secrets"],
      );
      assert.deepEqual(await stack.refresh(), {});
      assert.equal(stack.stateOnDisk().includes(cookie), false);
      assert.equal(stack.printed().includes(cookie), false);

      await stack.destroy();
      assert.deepEqual(await stack.held(), []);
      assert.throws(() => api().world.app("demo-app"), /Could not find App/);
      assert.equal(count("delete machine"), 3);
    }));

  it("scales from 2 to 4 to 1, adds a region, and touches only the machines concerned and never a foreign one", () =>
    withStack(async (stack) => {
      await stack.up(program({ nodes: 2 }));
      await byHand("POST", "/apps/demo-app/machines", {
        name: "demo-app-flame-1",
        region: "iad",
        config: { image: "x", metadata: { flame_parent_ip: "fdaa::1" } },
      });
      const before = ids();
      assert.deepEqual(await stack.up(program({ nodes: 4 })), { update: 1 });
      assert.deepEqual(names(), ["demo-app-flame-1", "web-iad-1", "web-iad-2", "web-iad-3", "web-iad-4"]);
      assert.deepEqual(await stack.up(program({ nodes: 4, regions: ["iad", "ams"] })), { update: 1 });
      assert.deepEqual(names(), ["demo-app-flame-1", "web-ams-1", "web-ams-2", "web-iad-1", "web-iad-2"]);
      await whole(4);
      assert.deepEqual(await stack.up(program({ nodes: 1, regions: ["iad", "ams"] })), { update: 1 });
      assert.deepEqual(names(), ["demo-app-flame-1", "web-iad-1"]);
      assert.equal(ids()["web-iad-1"], before["web-iad-1"]);
      assert.equal(ids()["demo-app-flame-1"], before["demo-app-flame-1"]);
      assert.equal(count("update machine"), 0);
    }));

  it("rolls a new image: one alone, then the rest in turn, each back among its peers, with others' metadata kept", () =>
    withStack(async (stack) => {
      await stack.up(program());
      await byHand("POST", `/apps/demo-app/machines/${machine("web-iad-2").id}/metadata/theirs`, {
        value: "kept",
      });
      const before = ids();
      const down: number[] = [];
      const watch = setInterval(
        () => down.push(living().filter(({ startedAt }) => startedAt === undefined).length),
        10,
      );
      assert.deepEqual(await stack.up(program({ image: `${digestPinned}f` })), { update: 1 });
      clearInterval(watch);
      assert.deepEqual(ids(), before);
      assert.equal(Math.max(...down), 1);
      assert.equal(count("update machine"), 3);
      assert.deepEqual(
        living().map(({ config, lease }) => [config.image, lease]),
        Array.from({ length: 3 }, () => [`${digestPinned}f`, undefined]),
      );
      assert.equal((machine("web-iad-2").config.metadata as Record<string, string>).theirs, "kept");
      await whole(3);
      assert.match(stack.printed(), /3 of 3 healthy/);
      assert.deepEqual(await stack.preview(program({ image: `${digestPinned}f` })), {});
    }));

  it("rolls the machines when the cookie or a secret changes, and every machine boots with the new one", () =>
    withStack(async (stack) => {
      await stack.up(program({ secrets: { API_KEY: "one-secret-key" } }));
      const first = await cookieOf(stack);
      const rotated = { cookieArgs: { generation: 2 }, secrets: { API_KEY: "two-secret-key" } };
      assert.deepEqual(await stack.up(program(rotated)), { replace: 1, update: 2 });
      const second = await cookieOf(stack);
      assert.notEqual(second, first);
      for (const { secrets } of living()) {
        assert.deepEqual(secrets, { RELEASE_COOKIE: second, API_KEY: "two-secret-key" });
      }
      await whole(3);
      assert.deepEqual(await stack.up(program({ cookieArgs: { generation: 2 } })), { update: 2 });
      assert.deepEqual(Object.keys(machine("web-iad-1").secrets), ["RELEASE_COOKIE"]);
      for (const secret of [first, second, "one-secret-key", "two-secret-key"]) {
        assert.equal(stack.stateOnDisk().includes(secret), false);
        assert.equal(stack.printed().includes(secret), false);
        assert.equal(JSON.stringify(living().map(({ config }) => config)).includes(secret), false);
      }
    }));

  it("brings back what was destroyed, stopped or changed by hand, and leaves an unreachable host alone", () =>
    withStack(async (stack) => {
      await stack.up(program());
      const before = ids();
      await byHand("DELETE", `/apps/demo-app/machines/${machine("web-iad-1").id}?force=true`);
      await byHand("POST", `/apps/demo-app/machines/${machine("web-iad-2").id}/stop`, {});
      const { config } = machine("web-iad-3");
      await byHand("POST", `/apps/demo-app/machines/${machine("web-iad-3").id}`, {
        config: { ...config, guest: { cpu_kind: "shared", cpus: 2, memory_mb: 2048 } },
      });
      await api().clock.sleep(20_000);
      assert.deepEqual(await stack.refresh(), { update: 1 });
      assert.deepEqual(await stack.preview(program()), { update: 1 });
      await stack.up(program());
      assert.deepEqual(names(), ["web-iad-1", "web-iad-2", "web-iad-3"]);
      assert.notEqual(ids()["web-iad-1"], before["web-iad-1"]);
      assert.equal(ids()["web-iad-2"], before["web-iad-2"]);
      assert.deepEqual((machine("web-iad-3").config.guest as { cpus: number }).cpus, 1);
      await whole(3);

      machine("web-iad-1").hostStatus = "unreachable";
      assert.deepEqual(await stack.up(program()), {});
      assert.match(stack.printed(), /web-iad-1 \(machine \w+\): its host does not answer/);
      assert.equal(living().length, 3);
    }));

  it("makes everything again where the whole app was destroyed by hand", () =>
    withStack(async (stack) => {
      await stack.up(program({ nodes: 2 }));
      await byHand("DELETE", "/apps/demo-app");
      await api().clock.sleep(4000);
      await stack.refresh();
      await stack.up(program({ nodes: 2 }));
      assert.deepEqual(names(), ["web-iad-1", "web-iad-2"]);
      await whole(2);
    }));

  it("comes up with all that can be asked for, in a network of its own, and shows no change the second time", () =>
    withStack(async (stack) => {
      const everything: Wanted = {
        nodes: 2,
        regions: ["ams", "fra"],
        organization: "acme",
        network: "demo-net",
        networkPolicy: true,
        hostnames: ["www.example.com"],
        addresses: ["shared_v4", "v4", "v6", "private_v6"],
        services: [{ internalPort: 5000, port: 5000 }],
        volume: { path: "/data", sizeGib: 1, deleteWithNode: true },
        guest: { cpuKind: "performance" },
        maxUnavailable: 2,
        stopTimeoutSeconds: 90,
        isolation: "release",
      };
      await stack.up(program(everything));
      const app = api().world.app("demo-app");
      assert.deepEqual([app.organization, app.network], ["acme", "demo-net"]);
      assert.deepEqual(app.addresses.map(({ type, network }) => `${type} ${network ?? ""}`).sort(), [
        "private_v6 demo-net",
        "shared_v4 ",
        "v4 ",
        "v6 ",
      ]);
      const [policy] = [...app.policies.values()];
      assert.deepEqual(policy?.rules, [
        {
          action: "allow",
          direction: "ingress",
          ports: [4369, 9000, 9001, 9002, 9003, 9004, 9005, 9006, 9007, 9008, 9009, 9010, 4000].map(
            (port) => ({
              protocol: "tcp",
              port,
            }),
          ),
        },
      ]);
      await whole(2);
      assert.deepEqual(await stack.preview(program(everything)), {});
      assert.deepEqual(await stack.refresh(), {});
      assert.deepEqual(await stack.up(program({ ...everything, nodes: 1 })), { update: 1 });
      assert.deepEqual(
        [...app.volumes.values()].map(({ name }) => name),
        ["web_ams_1"],
      );
      assert.deepEqual(await stack.up(program({ ...everything, nodes: 1, networkPolicy: false })), {
        update: 1,
        delete: 1,
      });
      await stack.destroy();
      assert.deepEqual(await stack.held(), []);
      assert.throws(() => api().world.app("demo-app"), /Could not find App/);
    }));

  it("moves to a network of its own by making everything anew", () =>
    withStack(async (stack) => {
      await stack.up(program({ nodes: 1 }));
      const before = ids();
      await stack.up(program({ nodes: 1, network: "demo-net" }));
      assert.equal(api().world.app("demo-app").network, "demo-net");
      assert.notEqual(ids()["web-iad-1"], before["web-iad-1"]);
      assert.equal(machine("web-iad-1").secrets.RELEASE_COOKIE, await cookieOf(stack));
      assert.deepEqual(await stack.preview(program({ nodes: 1, network: "demo-net" })), {});
    }));

  it("refuses before anything is created: tokens, names and regions that do not hold", () =>
    withStack(async (stack) => {
      const refused: [Wanted, RegExp, string?][] = [
        [{}, /flyApiToken is missing; allowed is a token of Fly/, ""],
        [{}, /flyApiToken is malformed/, "two words"],
        [{ app: "taken-by-others" }, /app is "taken-by-others".*an app of another organisation has it/],
        [{ regions: ["xyz"] }, /regions is "xyz"; allowed is ams, fra, gru, iad, lhr, syd/],
        [{ nodes: 0 }, /nodes is 0/],
        [{ guest: { memoryMib: 100 } }, /guest\.memoryMib is 100/],
      ];
      for (const [args, message, token] of refused) {
        process.env.FLY_API_TOKEN = token ?? "fm2_localtoken";
        await assert.rejects(stack.up(program(args)), message);
        assert.equal(api().world.apps.size, 0);
        assert.equal(
          api().calls.some(({ action }) => action.startsWith("create")),
          false,
        );
      }
    }));
});
