import assert from "node:assert/strict";
import { Cookie, FlyCluster, type CookieArgs, type FlyClusterArgs } from "../../../components";
import { peersCommand } from "../../../components/fly/peersCommand";
import { configuredApi } from "../../../provider/fly/api";
import { askPeers } from "../../../provider/fly/rollout/peers";
import { startLocalFly, type LocalFly } from "./server";
import type { FakeMachine } from "./world";

const speed = 40;
/** What an image reference looks like that breaks the node names of `fly launch`. */
export const digestPinned = "registry.fly.io/my-app@sha256:0123abcd";
const variables = ["FLY_FLAPS_BASE_URL", "FLY_API_TOKEN", "FLY_CLOCK_SPEED"];

export interface Wanted extends Partial<FlyClusterArgs> {
  readonly cookieArgs?: CookieArgs;
}

/** A local API for each test of a `describe`, what the environment must say to reach it, and eyes to look behind it. */
export function flyUnderTest() {
  let fly: LocalFly;
  const given = Object.fromEntries(variables.map((name) => [name, process.env[name]]));
  beforeEach(async () => {
    fly = await startLocalFly({ speed });
    Object.assign(process.env, {
      FLY_FLAPS_BASE_URL: fly.baseUrl,
      FLY_API_TOKEN: "FlyV1 fm2_localtoken",
      FLY_CLOCK_SPEED: String(speed),
    });
  });
  afterEach(async () => {
    for (const [name, value] of Object.entries(given)) {
      if (value === undefined) {
        Reflect.deleteProperty(process.env, name);
      } else {
        process.env[name] = value;
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

  return { api: () => fly, program, living, names, count, byHand, machine, ids, versions, whole };
}
