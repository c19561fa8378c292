import assert from "node:assert/strict";
import {
  CloudFoundryCluster,
  Cookie,
  CookiePlace,
  type CloudFoundryClusterArgs,
  type CookieArgs,
} from "../../components";
import { startCloudFoundry, type LocalCloudFoundry } from "../support/cloudfoundry/server";
import { withStack, type StackUnderTest } from "../support/withStack";

interface Wanted extends Partial<CloudFoundryClusterArgs> {
  readonly cookieArgs?: CookieArgs;
}

describe("cloudfoundry cluster on the engine", function () {
  this.timeout(120_000);
  let cf: LocalCloudFoundry;
  beforeEach(async () => {
    cf = await startCloudFoundry();
    cf.platform.clock.run(100);
  });
  afterEach(() => cf.stop());

  const program =
    ({ cookieArgs, ...args }: Wanted = {}): (() => Promise<Record<string, unknown>>) =>
    () => {
      const cookie = new Cookie("cookie", cookieArgs);
      const cluster = new CloudFoundryCluster("web", {
        release: "my_app",
        image: "registry.example.com/my_app:1",
        nodes: 3,
        org: "demo",
        space: "dev",
        cookie: cookie.value,
        http: { port: 4000, healthCheckPath: "/health" },
        ...args,
      });
      const { url, dnsQuery, remoteConsole, appGuid } = cluster;
      return Promise.resolve({ cookie: cookie.value, url, dnsQuery, remoteConsole, appGuid });
    };

  /** A stack whose provider finds the local Cloud Foundry. */
  const onCloudFoundry = (test: (stack: StackUnderTest) => Promise<void>) =>
    withStack(async (stack) => {
      const { workspace } = stack.stack;
      workspace.envVars = { ...workspace.envVars, ...cf.env };
      await test(stack);
    });
  const images = () => cf.platform.serving("web").map(({ image }) => image);
  const cookies = () => [...new Set(cf.platform.serving("web").map(({ env }) => env.RELEASE_COOKIE))];
  const times = (pattern: string) => cf.platform.requests.filter((one) => one === pattern).length;
  const policies = () =>
    cf.platform.policies.map(({ source, destination, start, end }) => [
      cf.platform.apps.find(({ guid }) => guid === source)?.name,
      cf.platform.apps.find(({ guid }) => guid === destination)?.name,
      `${start}-${end}`,
    ]);
  const value = async (stack: StackUnderTest, name: string): Promise<unknown> =>
    (await stack.outputs())[name]?.value;

  it("comes up whole, changes nothing the second time, and leaves nothing behind", () =>
    onCloudFoundry(async (stack) => {
      assert.deepEqual(await stack.up(program()), { create: 9 });
      assert.deepEqual(images(), Array(3).fill("registry.example.com/my_app:1"));
      assert.deepEqual(cookies(), [await value(stack, "cookie")]);
      assert.deepEqual(policies(), [
        ["web", "web", "4369-4369"],
        ["web", "web", "9000-9010"],
      ]);
      assert.equal(cf.platform.lookup("web.apps.internal").length, 3);
      assert.equal(await value(stack, "url"), "https://web.apps.example.test");
      assert.deepEqual(await stack.preview(program()), {});
      assert.deepEqual(await stack.up(program()), {});
      assert.deepEqual(await stack.refresh(), {});
      assert.deepEqual(await stack.preview(program()), {});
      await stack.destroy();
      assert.deepEqual(await stack.held(), []);
      assert.deepEqual(cf.platform.left(), {});
    }));
});
