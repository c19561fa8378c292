import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  CloudFoundryCluster,
  Cookie,
  CloudFoundryCookiePlace,
  CloudFoundryNetworkPolicy,
  CloudFoundryRoute,
  CloudFoundrySource,
  type CloudFoundryClusterArgs,
  type CookieArgs,
} from "../../components";
import { startCloudFoundry, type LocalCloudFoundry } from "../support/cloudfoundry/server";
import { withStack, type StackUnderTest } from "../support/withStack";

interface Wanted extends Partial<CloudFoundryClusterArgs> {
  readonly cookieArgs?: CookieArgs;
}

describe("cloudfoundry cluster on the engine", function () {
  this.timeout(240_000);
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
  const nameOf = (app: string) => cf.platform.apps.find(({ guid }) => guid === app)?.name ?? app;
  const policies = () =>
    cf.platform.policies
      .map(
        ({ source, destination, start, end }) =>
          `${nameOf(source)} to ${nameOf(destination)} ${start}-${end}`,
      )
      .sort();
  const addresses = () => cf.platform.serving("web").map(({ address }) => address);
  const value = async (stack: StackUnderTest, name: string): Promise<unknown> =>
    (await stack.outputs())[name]?.value;

  it("comes up whole, changes nothing the second time, and leaves nothing behind", () =>
    onCloudFoundry(async (stack) => {
      assert.deepEqual(await stack.up(program()), { create: 9 });
      assert.deepEqual(images(), Array(3).fill("registry.example.com/my_app:1"));
      assert.deepEqual(cookies(), [await value(stack, "cookie")]);
      assert.deepEqual(policies(), ["web to web 4369-4369", "web to web 9000-9010"]);
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

  it("scales from 3 to 5 to 2 without a deployment and without a restart", () =>
    onCloudFoundry(async (stack) => {
      await stack.up(program());
      const before = addresses();
      assert.deepEqual(await stack.up(program({ nodes: 5 })), { update: 1 });
      assert.deepEqual(addresses().slice(0, 3), before);
      assert.equal(addresses().length, 5);
      assert.deepEqual(await stack.up(program({ nodes: 2 })), { update: 1 });
      assert.deepEqual(addresses(), before.slice(0, 2));
      assert.equal(times("POST /v3/deployments"), 0);
    }));

  it("rolls a new image, and the number of nodes with it, in one deployment", () =>
    onCloudFoundry(async (stack) => {
      await stack.up(program());
      const before = addresses();
      assert.deepEqual(await stack.up(program({ image: "my_app:2", nodes: 4, memoryMiB: 512 })), {
        update: 1,
      });
      assert.deepEqual(images(), Array(4).fill("my_app:2"));
      assert.deepEqual(
        addresses().filter((one) => before.includes(one)),
        [],
      );
      assert.equal(times("POST /v3/deployments"), 1);
      assert.equal(times("POST /v3/processes/:guid/actions/scale"), 1);
      assert.deepEqual(await stack.preview(program({ image: "my_app:2", nodes: 4, memoryMiB: 512 })), {});
    }));

  it("rolls a new cookie, and stages nothing for it", () =>
    onCloudFoundry(async (stack) => {
      await stack.up(program());
      const cookie = await value(stack, "cookie");
      const rotated = program({ cookieArgs: { generation: 2 } });
      assert.deepEqual(await stack.up(rotated), { replace: 1, update: 1 });
      assert.notEqual(await value(stack, "cookie"), cookie);
      assert.deepEqual(cookies(), [await value(stack, "cookie")]);
      assert.equal(times("POST /v3/builds"), 1);
      assert.equal(times("POST /v3/deployments"), 1);
    }));

  it("cancels a deployment that fails: the old version serves with its own environment, and a mended one rolls", () =>
    onCloudFoundry(async (stack) => {
      cf.platform.faults.crashing.add("my_app:broken");
      await stack.up(program({ env: { GREETING: "old" } }));
      const before = cf.platform.apps.map(({ env }) => ({ ...env }));
      const broken = program({ image: "my_app:broken", nodes: 5, env: { GREETING: "new" } });
      await assert.rejects(
        stack.up(broken),
        /instance 0 crashed: APP\/PROC\/WEB: Exited with status 78; the deployment was cancelled and the old version serves/,
      );
      assert.deepEqual(images(), Array(3).fill("registry.example.com/my_app:1"));
      assert.deepEqual(
        cf.platform.apps.map(({ env }) => env),
        before,
      );
      assert.deepEqual(await stack.preview(program({ env: { GREETING: "old" } })), {});
      assert.deepEqual(await stack.up(program({ image: "my_app:2", nodes: 5 })), { update: 1 });
      assert.deepEqual(images(), Array(5).fill("my_app:2"));
    }));

  it("keeps an app whose first start fails, and mends it with the next run", () =>
    onCloudFoundry(async (stack) => {
      cf.platform.faults.crashing.add("my_app:broken");
      await assert.rejects(stack.up(program({ image: "my_app:broken" })), /instance 0 crashed/);
      assert.equal((await stack.held()).includes("beam:cloudfoundry:App web-app"), true);
      await stack.up(program());
      assert.deepEqual(images(), Array(3).fill("registry.example.com/my_app:1"));
      assert.equal(cf.platform.apps.length, 1);
      assert.deepEqual(await stack.preview(program()), {});
    }));

  it("goes on where a token ends in mid-run, with a refresh token and without", () =>
    onCloudFoundry(async (stack) => {
      // Each run is interrupted while the app is staged, with many requests behind and before it.
      const endTokens = async (builds: number) => {
        while (times("POST /v3/builds") < builds) {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        cf.uaa.expire();
      };
      cf.platform.clock.run(10);
      await Promise.all([stack.up(program({ nodes: 2 })), endTokens(1)]);
      assert.equal(cf.uaa.given, 2);

      const { workspace } = stack.stack;
      const { CF_USER, CF_PASSWORD, ...rest } = workspace.envVars;
      workspace.envVars = { ...rest, CF_CLIENT_ID: "ci", CF_CLIENT_SECRET: "local-secret" };
      const image = "my_app:2";
      await Promise.all([stack.up(program({ nodes: 3, image })), endTokens(2)]);
      assert.equal(cf.uaa.given, 4);
      assert.deepEqual(images(), Array(3).fill(image));
    }));

  it("opens exactly its ports to its peers, both ways, and leaves alone the policies of others", () =>
    onCloudFoundry(async (stack) => {
      const guid = "11111111-1111-4111-8111-111111111111";
      const [space] = cf.platform.spaces;
      cf.platform.apps.push({
        guid,
        name: "api",
        space: space?.guid ?? "",
        metadata: {},
        docker: true,
        buildpacks: [],
        env: {},
        started: false,
        droplet: undefined,
      });
      await stack.up(program());
      const web = String(await value(stack, "appGuid"));
      const own = ["web to web 4369-4369", "web to web 9000-9010"];
      // Somebody's own: one that we shall want too, and one that is none of our business.
      cf.platform.policies.push(
        { source: web, destination: guid, protocol: "tcp", start: 4369, end: 4369 },
        { source: guid, destination: web, protocol: "tcp", start: 8080, end: 8080 },
      );
      const foreign = ["api to web 8080-8080", "web to api 4369-4369"];
      const ports = { epmd: true, distPorts: { first: 9100, last: 9101 } };
      const peers = [{ name: "api", appGuid: guid, ports }];
      assert.deepEqual(await stack.up(program({ peers })), { create: 4 });
      const both = ["api to web 4369-4369", "api to web 9000-9010", "web to api 9100-9101"];
      assert.deepEqual(policies(), [...own, ...foreign, ...both].sort());
      assert.deepEqual(await stack.up(program()), { delete: 4 });
      assert.deepEqual(policies(), [...own, ...foreign].sort());
    }));

  it("keeps the cookie in a service: not in the environment, and rolled with it", () =>
    onCloudFoundry(async (stack) => {
      const inService = { cookieIn: CloudFoundryCookiePlace.Service };
      assert.deepEqual(await stack.up(program(inService)), { create: 10 });
      const held = () => [
        ...new Set(cf.platform.serving("web").map(({ services }) => JSON.stringify(services))),
      ];
      const stored = async () => [
        JSON.stringify({ "web-cookie": { erlang_cookie: await value(stack, "cookie") } }),
      ];
      assert.deepEqual(cookies(), [undefined]);
      assert.deepEqual(held(), await stored());
      assert.deepEqual(await stack.preview(program(inService)), {});
      const rotated = { ...inService, cookieArgs: { generation: 2 } };
      assert.deepEqual(await stack.up(program(rotated)), { replace: 1, update: 2 });
      assert.deepEqual(held(), await stored());
      assert.deepEqual(await stack.preview(program(rotated)), {});
      await stack.up(program({ cookieArgs: { generation: 2 } }));
      assert.deepEqual(cookies(), [await value(stack, "cookie")]);
      assert.deepEqual([cf.platform.bindings, cf.platform.services], [[], []]);
      await stack.destroy();
      assert.deepEqual(cf.platform.left(), {});
    }));

  it("shows its cookie and secrets in no output of the run and no state", () =>
    onCloudFoundry(async (stack) => {
      cf.platform.faults.crashing.add("my_app:broken");
      const secrets = { API_KEY: "a-very-secret-key" };
      await stack.up(program({ secrets }));
      await stack.refresh();
      await assert.rejects(stack.up(program({ secrets, image: "my_app:broken" })), /crashed/);
      await stack.up(program({ secrets, cookieIn: CloudFoundryCookiePlace.Service }));
      const cookie = String(await value(stack, "cookie"));
      assert.match(cookie, /^[A-Za-z0-9]{54}$/);
      for (const secret of [cookie, "a-very-secret-key", "local-password"]) {
        assert.equal(stack.printed().includes(secret), false);
        assert.equal(stack.stateOnDisk().includes(secret), false);
      }
    }));

  it("finds what was changed by hand, and puts it right", () =>
    onCloudFoundry(async (stack) => {
      await stack.up(program());
      const [app] = cf.platform.apps;
      const [process] = cf.platform.processes;
      assert.ok(app !== undefined && process !== undefined);
      app.env.RELEASE_COOKIE = "somebody-else";
      process.wanted = 1;
      process.instances = process.instances.slice(0, 1);
      cf.platform.policies.pop();
      cf.platform.routes.pop();
      assert.deepEqual(await stack.refresh(), { delete: 2, update: 1 });
      assert.deepEqual(await stack.up(program()), { create: 2, update: 1 });
      assert.deepEqual(cookies(), [await value(stack, "cookie")]);
      assert.equal(addresses().length, 3);
      assert.deepEqual(policies(), ["web to web 4369-4369", "web to web 9000-9010"]);
      assert.equal(cf.platform.routes.length, 2);

      // Without a refresh too.
      cf.platform.policies.pop();
      app.env = {};
      assert.deepEqual(await stack.up(program()), { update: 2 });
      assert.deepEqual(cookies(), [await value(stack, "cookie")]);
      assert.deepEqual(policies(), ["web to web 4369-4369", "web to web 9000-9010"]);
    }));

  it("uploads a release directory, stages it once, and rolls it when its content changes", () =>
    onCloudFoundry(async (stack) => {
      const image = path.join(stack.directory, "rel");
      for (const folder of ["bin", "releases"]) {
        fs.mkdirSync(path.join(image, folder), { recursive: true });
      }
      fs.writeFileSync(path.join(image, "bin", "my_app"), "#!/bin/sh\n", { mode: 0o755 });
      fs.writeFileSync(path.join(image, "releases", "start_erl.data"), "13.1 0.1.0");
      const directory = { image, source: CloudFoundrySource.Directory };
      await stack.up(program(directory));
      assert.deepEqual(cf.platform.apps[0]?.buildpacks, ["binary_buildpack"]);
      assert.match(
        cf.platform.serving("web")[0]?.command ?? "",
        /beam \/home\/vcap\/app\/bin\/my_app start$/,
      );
      fs.writeFileSync(path.join(image, "releases", "COOKIE"), "MADEBYTHEBUILD");
      assert.deepEqual(await stack.preview(program(directory)), {});
      const [first] = cf.platform.serving("web");
      fs.writeFileSync(path.join(image, "releases", "start_erl.data"), "13.1 0.2.0");
      assert.deepEqual(await stack.up(program(directory)), { update: 1 });
      assert.notEqual(cf.platform.serving("web")[0]?.droplet, first?.droplet);
      assert.equal(cf.platform.packages.length, 2);
    }));

  it("takes over a route and a policy that are there", () =>
    onCloudFoundry(async (stack) => {
      await stack.up(program());
      const app = String(await value(stack, "appGuid"));
      const [space] = cf.platform.spaces;
      const [domain] = cf.platform.domains;
      const route = {
        guid: "22222222-2222-4222-8222-222222222222",
        host: "old",
        destinations: [{ guid: "d", app }],
      };
      cf.platform.routes.push({
        ...route,
        metadata: {},
        space: space?.guid ?? "",
        domain: domain?.guid ?? "",
      });
      cf.platform.policies.push({ source: app, destination: app, protocol: "tcp", start: 7000, end: 7001 });
      const taking = async () => {
        const outputs = await program()();
        new CloudFoundryRoute(
          "old",
          { org: "demo", space: "dev", host: "old", domain: "apps.example.test", internal: false, app },
          { import: route.guid },
        );
        new CloudFoundryNetworkPolicy(
          "old",
          { source: app, destination: app, firstPort: 7000, lastPort: 7001, description: "" },
          { import: `${app}/${app}/tcp/7000-7001` },
        );
        return outputs;
      };
      assert.deepEqual(await stack.up(taking), { import: 2 });
      assert.deepEqual(await stack.up(program()), { delete: 2 });
      assert.equal(cf.platform.routes.length, 2);
      assert.deepEqual(policies(), ["web to web 4369-4369", "web to web 9000-9010"]);
    }));

  it("refuses what the platform lacks, and says what it has, before anything is made", () =>
    onCloudFoundry(async (stack) => {
      const made = () => cf.platform.requests.filter((one) => /^(POST|PATCH|DELETE) \/(v3|net)/.test(one));
      const cookieIn = CloudFoundryCookiePlace.Service;
      await assert.rejects(
        stack.up(program({ internalDomain: "cluster.internal", cookieIn })),
        /domain is "cluster.internal"; allowed is apps.example.test, apps.internal \(internal\)/,
      );
      cf.platform.faults.scopes = ["cloud_controller.write"];
      await assert.rejects(
        stack.up(program()),
        /403 .*needed is the UAA scope network\.admin, or network\.write/,
      );
      const { workspace } = stack.stack;
      workspace.envVars = { ...workspace.envVars, CF_API_URL: "http://127.0.0.1:9" };
      await assert.rejects(
        stack.up(program()),
        /CF_API_URL is "http:\/\/127\.0\.0\.1:9"; allowed is .*that this machine can reach/,
      );
      assert.deepEqual(made(), []);
      assert.deepEqual(
        (await stack.held()).filter((one) => one.startsWith("beam:cloudfoundry:")),
        [],
      );
    }));
});
