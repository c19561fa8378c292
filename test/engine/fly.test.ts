import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Cookie, FlyCluster, type FlyClusterArgs } from "../../components";
import type { CookieArgs } from "../../components";
import { peersCommand } from "../../components/fly/peersCommand";
import { configuredApi } from "../../provider/fly/api";
import { askPeers } from "../../provider/fly/rollout/peers";
import { startLocalFly, type LocalFly } from "../support/fly/server";
import type { FakeMachine } from "../support/fly/world";
import { withStack, type StackUnderTest } from "../support/withStack";

const speed = 40;
const digestPinned = "registry.fly.io/my-app@sha256:0123abcd";

interface Wanted extends Partial<FlyClusterArgs> {
  readonly cookieArgs?: CookieArgs;
}

describe("fly cluster on the engine", function () {
  this.timeout(240_000);
  let fly: LocalFly;
  const before_ = { ...process.env };
  beforeEach(async () => {
    fly = await startLocalFly({ speed });
    Object.assign(process.env, {
      FLY_FLAPS_BASE_URL: fly.baseUrl,
      FLY_API_TOKEN: "FlyV1 fm2_localtoken",
      FLY_CLOCK_SPEED: String(speed),
    });
  });
  afterEach(async () => {
    for (const name of ["FLY_FLAPS_BASE_URL", "FLY_API_TOKEN", "FLY_CLOCK_SPEED"]) {
      if (before_[name] === undefined) {
        Reflect.deleteProperty(process.env, name);
      } else {
        process.env[name] = before_[name];
      }
    }
    await fly.close();
    assert.deepEqual(fly.unexpected, []);
  });

  const program =
    ({ cookieArgs, ...args }: Wanted = {}): (() => Promise<Record<string, unknown>>) =>
    () => {
      const cookie = new Cookie("cookie", cookieArgs);
      const cluster = new FlyCluster("web", {
        release: "my_app",
        image: digestPinned,
        app: "demo-app",
        nodes: 3,
        cookie: cookie.value,
        http: { port: 4000, healthCheckPath: "/health" },
        ...args,
      });
      return Promise.resolve({
        cookie: cookie.value,
        remoteConsole: cluster.remoteConsole,
        remoteEval: cluster.remoteEval,
        machines: cluster.machines.machines,
        dns: pulumi.interpolate`${cluster.dnsQuery}`,
      });
    };

  const living = (): FakeMachine[] =>
    [...(fly.world.apps.get("demo-app")?.machines.values() ?? [])]
      .map((machine) => fly.life.settle(machine))
      .filter(({ state }) => !["destroyed", "destroying"].includes(state));
  const names = () =>
    living()
      .map(({ name }) => name)
      .sort();
  const count = (action: string) => fly.calls.filter((call) => call.action === action).length;
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
      fly.calls.length = 0;
      assert.deepEqual(await stack.up(program()), {});
      assert.deepEqual(fly.calls.map(({ action }) => action).sort(), [
        "get app",
        "list machines",
        "list secrets",
      ]);
      assert.deepEqual(await stack.refresh(), {});
      assert.equal(stack.stateOnDisk().includes(cookie), false);
      assert.equal(stack.printed().includes(cookie), false);

      await stack.destroy();
      assert.deepEqual(await stack.held(), []);
      assert.throws(() => fly.world.app("demo-app"), /Could not find App/);
      assert.equal(count("delete machine"), 3);
    }));

  const byHand = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${fly.baseUrl}/v1${path}`, {
      method,
      headers: { authorization: "FlyV1 fm2_somebody", "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return (await response.json().catch(() => undefined)) as Record<string, string> | undefined;
  };
  const machine = (name: string): FakeMachine => {
    const found = living().find((one) => one.name === name);
    assert.ok(found, `${name} is not there`);
    return found;
  };
  const ids = () => Object.fromEntries(living().map(({ name, id }) => [name, id]));
  const versions = () => Object.fromEntries(living().map(({ name, instanceId }) => [name, instanceId]));
  const whole = async (nodes: number) => {
    const statuses = await Promise.all(
      living()
        .filter(({ name }) => name.startsWith("web-"))
        .map(({ id }) => askPeers(configuredApi({}), "demo-app", id, peersCommand("/app", "my_app"))),
    );
    assert.deepEqual(
      statuses.map(({ peers = [] }) => peers.length),
      Array.from({ length: nodes }, () => nodes - 1),
    );
  };

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

  it("makes no second machine where the answer to a create is lost, and waits out limits and resets", () =>
    withStack(async (stack) => {
      fly.faults.push(
        { kind: "ambiguous", action: "create machine", times: 1 },
        { kind: "reset", action: "create machine", times: 1, done: true },
        { kind: "rateLimited", action: "create machine", times: 2 },
        { kind: "reset", action: "get machine", times: 2, done: false },
        { kind: "unavailable", action: "list machines", times: 1 },
        { kind: "ambiguous", action: "create app", times: 1 },
        { kind: "ambiguous", action: "assign address", times: 1 },
      );
      await stack.up(program());
      assert.equal(fly.faults.length, 0);
      assert.deepEqual(names(), ["web-iad-1", "web-iad-2", "web-iad-3"]);
      assert.deepEqual(
        fly.world.apps
          .get("demo-app")
          ?.addresses.map(({ type }) => type)
          .sort(),
        ["shared_v4", "v6"],
      );
      fly.faults.push(
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
      fly.faults.push({ kind: "hostFull", machine: "web-iad-2", times: 1 });
      await stack.up(program({ nodes: 2, env: { NEW: "1" } }));
      assert.equal(ids()["web-iad-1"], before["web-iad-1"]);
      assert.notEqual(ids()["web-iad-2"], before["web-iad-2"]);
      await whole(2);
      const volume = { path: "/data", sizeGib: 2 };
      await stack.up(program({ nodes: 2, volume }));
      const mounted = ids();
      fly.faults.push({ kind: "hostFull", machine: "web-iad-1", times: 1 });
      await assert.rejects(
        stack.up(program({ nodes: 2, volume, env: { NEW: "2" } })),
        /web-iad-1 \(machine .*its volume cannot leave that host/,
      );
      assert.deepEqual(ids(), mounted);
      await stack.up(program({ nodes: 2, volume: { path: "/data", sizeGib: 3 }, env: { NEW: "2" } }));
      assert.deepEqual(
        [...(fly.world.apps.get("demo-app")?.volumes.values() ?? [])].map(({ name, size_gb }) => [
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
      fly.faults.push({ kind: "dies", machine: "web-iad-2" });
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
      fly.faults.length = 0;
      const first = versions()["web-iad-1"];
      assert.deepEqual(await stack.up(program({ env: { NEW: "1" } })), { update: 1 });
      assert.equal(versions()["web-iad-1"], first);
      await whole(3);
      assert.deepEqual(await stack.preview(program({ env: { NEW: "1" } })), {});
    }));

  it("waits for slow checks and for somebody else's lease, and says which machine was not healthy in time", () =>
    withStack(async (stack) => {
      await stack.up(program({ nodes: 2 }));
      fly.faults.push({ kind: "slowChecks", machine: "web-iad-1", seconds: 40 });
      machine("web-iad-2").lease = {
        nonce: "n",
        owner: "them@tokens.fly.io",
        expiresAt: fly.world.now() + 60_000,
      };
      await stack.up(program({ nodes: 2, env: { NEW: "1" } }));
      await whole(2);
      fly.faults.push({ kind: "slowChecks", machine: "web-iad-1", seconds: 4000 });
      fly.faults.shift();
      await assert.rejects(
        stack.up(program({ nodes: 2, env: { NEW: "2" }, startTimeoutSeconds: 60 })),
        /web-iad-1 .*is started and not healthy after 60 s[\s\S]*servicecheck-00-http-4000 critical/,
      );
      fly.faults.length = 0;
    }));

  it("says which region is full and keeps what it made", () =>
    withStack(async (stack) => {
      fly.faults.push({ kind: "regionFull", region: "ams" });
      await assert.rejects(
        stack.up(program({ nodes: 2, regions: ["iad", "ams"] })),
        /POST \/apps\/demo-app\/machines: 422 could not find a candidate host \(request 01LOCAL/,
      );
      assert.deepEqual(names(), ["web-iad-1"]);
      fly.faults.length = 0;
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
      await fly.clock.sleep(40_000);
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
      await fly.clock.sleep(20_000);
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
      await fly.clock.sleep(4000);
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
      const app = fly.world.app("demo-app");
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
      assert.throws(() => fly.world.app("demo-app"), /Could not find App/);
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
        assert.equal(fly.world.apps.size, 0);
        assert.equal(
          fly.calls.some(({ action }) => action.startsWith("create")),
          false,
        );
      }
    }));
});
