import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Cookie, FlyCluster, type FlyClusterArgs } from "../../components";
import type { CookieArgs } from "../../components";
import { startLocalFly, type LocalFly } from "../support/fly/server";
import type { FakeMachine } from "../support/fly/world";
import { withStack, type StackUnderTest } from "../support/withStack";

const speed = 20;
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
});
