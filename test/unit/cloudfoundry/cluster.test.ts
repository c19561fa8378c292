import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  CloudFoundryCluster,
  Cookie,
  CloudFoundryCookiePlace,
  Isolation,
  CloudFoundrySource,
  type CloudFoundryClusterArgs,
} from "../../../components";
import { all, deploy, inTheClear, mockCookie, one, valueOf } from "../../../testing";
import { containerOf, reachable } from "../../support/cloudfoundry/container";

const appType = "beam:cloudfoundry:App";
const policyType = "beam:cloudfoundry:NetworkPolicy";
const routeType = "beam:cloudfoundry:Route";

describe("cloudfoundry cluster", () => {
  const cluster = (args: Partial<CloudFoundryClusterArgs> = {}) =>
    deploy((options) => {
      const cookie = new Cookie("cookie", {}, options);
      const fixed = { release: "my_app", image: "my_app:1", org: "demo", space: "dev" };
      return new CloudFoundryCluster("web", { ...fixed, cookie: cookie.value, ...args }, options);
    });
  const policies = async (args: Partial<CloudFoundryClusterArgs>) =>
    all((await cluster(args)).resources, policyType).map(({ name, inputs }) => [
      name,
      `${String(inputs.source)} > ${String(inputs.destination)}`,
      `${String(inputs.firstPort)}-${String(inputs.lastPort)}`,
    ]);

  it("declares an app, its policies and its routes, all of them its children", async () => {
    const { resources } = await cluster({ http: { port: 4000 }, cookieIn: CloudFoundryCookiePlace.Service });
    assert.deepEqual(
      resources.map(({ type, name, parent }) => [type, name, parent]),
      [
        ["beam:index:Cookie", "cookie", undefined],
        ["random:index/randomPassword:RandomPassword", "cookie", "cookie"],
        ["beam:index:CloudFoundryCluster", "web", undefined],
        ["beam:cloudfoundry:UserProvidedService", "web-cookie", "web"],
        [appType, "web-app", "web"],
        [policyType, "web-self-epmd", "web"],
        [policyType, "web-self-dist", "web"],
        [routeType, "web-internal", "web"],
        [routeType, "web-public", "web"],
      ],
    );
  });

  it("opens epmd and the distribution range from the app to itself and nothing to anyone else", async () => {
    assert.deepEqual(await policies({}), [
      ["web-self-epmd", "web-app-guid > web-app-guid", "4369-4369"],
      ["web-self-dist", "web-app-guid > web-app-guid", "9000-9010"],
    ]);
    assert.deepEqual(await policies({ ports: { epmd: false }, http: { port: 4000 } }), [
      ["web-self-dist", "web-app-guid > web-app-guid", "9000-9000"],
    ]);
  });

  it("opens each side's own ports to a peer and from it, and no more", async () => {
    const ports = { epmd: false, distPorts: { first: 9100, last: 9100 } };
    assert.deepEqual(await policies({ peers: [{ name: "api", appGuid: "api-guid", ports }] }), [
      ["web-self-epmd", "web-app-guid > web-app-guid", "4369-4369"],
      ["web-self-dist", "web-app-guid > web-app-guid", "9000-9010"],
      ["web-self-to-api-dist", "web-app-guid > api-guid", "9100-9100"],
      ["web-api-to-self-epmd", "api-guid > web-app-guid", "4369-4369"],
      ["web-api-to-self-dist", "api-guid > web-app-guid", "9000-9010"],
    ]);
  });

  it("lets strangers reach nothing, as its policies are compiled", async () => {
    const { resources } = await cluster({ ports: { epmd: false } });
    assert.deepEqual(reachable(resources, "web-app-guid", "web-app-guid"), [{ first: 9000, last: 9000 }]);
    assert.deepEqual(reachable(resources, "stranger", "web-app-guid"), []);
  });

  it("says in a sentence what each policy is for", async () => {
    const { resources } = await cluster({ peers: [{ name: "api", appGuid: "api-guid" }] });
    assert.deepEqual(
      all(resources, policyType).map(({ inputs }) => inputs.description),
      [
        "epmd between the nodes of web (4369)",
        "Erlang distribution between the nodes of web (9000-9010)",
        "epmd from the nodes of web to those of api (4369)",
        "Erlang distribution from the nodes of web to those of api (9000-9010)",
        "epmd from the nodes of api to those of web (4369)",
        "Erlang distribution from the nodes of api to those of web (9000-9010)",
      ],
    );
  });

  it("shows the cookie and the secrets nowhere in the clear, wherever the cookie lives", async () => {
    for (const cookieIn of Object.values(CloudFoundryCookiePlace)) {
      const secrets = { KEY: "a-secret-key" };
      const { resources, result } = await cluster({
        cookieIn,
        secrets,
        registryPassword: "a-registry-password",
      });
      for (const secret of [mockCookie, "a-secret-key", "a-registry-password"]) {
        assert.deepEqual(inTheClear(resources, secret), []);
      }
      assert.deepEqual(one(resources, appType).secrets, ["registryPassword", "secrets"]);
      assert.equal(await pulumi.isSecret(result.cookie), true);
    }
  });

  it("hands the cookie over in one place only", async () => {
    const inEnvironment = one((await cluster()).resources, appType).inputs;
    assert.deepEqual(inEnvironment.secrets, { RELEASE_COOKIE: mockCookie });
    assert.deepEqual(inEnvironment.services, []);
    const { resources } = await cluster({ cookieIn: CloudFoundryCookiePlace.Service });
    const service = one(resources, "beam:cloudfoundry:UserProvidedService");
    assert.deepEqual(service.inputs.credentials, { erlang_cookie: mockCookie });
    assert.deepEqual(service.secrets, ["credentials"]);
    const inService = one(resources, appType).inputs;
    assert.deepEqual(inService.secrets, {});
    assert.deepEqual(inService.services, [{ guid: "web-cookie-guid", revision: "a-revision" }]);
  });

  it("leaves PORT to the platform, and checks health as far as the arguments tell", async () => {
    const app = async (args: Partial<CloudFoundryClusterArgs>) =>
      one((await cluster(args)).resources, appType).inputs;
    const served = await app({ http: { port: 4000, healthCheckPath: "/health" }, env: { A: "1" } });
    assert.deepEqual(Object.keys(served.env as object).sort(), ["A", "BEAM_BOOT", "PHX_SERVER"]);
    assert.deepEqual(served.healthCheck, { type: "http", endpoint: "/health" });
    assert.deepEqual((await app({ http: { port: 4000 } })).healthCheck, { type: "port" });
    const alone = await app({});
    assert.deepEqual(alone.healthCheck, { type: "process" });
    assert.deepEqual(Object.keys(alone.env as object), ["BEAM_BOOT"]);
    assert.deepEqual([alone.instances, alone.memoryMiB, alone.diskMiB], [2, 1024, 1024]);
  });

  it("asks before anything is made for the domains and rights that it needs", async () => {
    const needs = async (args: Partial<CloudFoundryClusterArgs>) =>
      one((await cluster(args)).resources, appType).inputs.needs;
    assert.deepEqual(await needs({}), { internalDomain: "apps.internal", policies: true });
    assert.deepEqual(await needs({ http: { port: 4000 } }), {
      internalDomain: "apps.internal",
      publicDomain: "",
      policies: true,
    });
  });

  it("routes internally for the nodes and publicly for HTTP", async () => {
    const { resources } = await cluster({ http: { port: 4000 }, domain: "example.test", host: "www" });
    const place = { org: "demo", space: "dev", app: "web-app-guid" };
    assert.deepEqual(
      all(resources, routeType).map(({ inputs: { url, ...inputs } }) => inputs),
      [
        { ...place, host: "web", domain: "apps.internal", internal: true },
        { ...place, host: "www", domain: "example.test", internal: false },
      ],
    );
    assert.equal(all((await cluster()).resources, routeType).length, 1);
  });

  it("promises the same outputs as every target", async () => {
    const { result } = await cluster({ http: { port: 4000 }, isolation: Isolation.Release });
    assert.match(await valueOf(result.nodeBasename), /^my_app-[0-9a-f]{10}$/);
    assert.equal(await valueOf(result.dnsQuery), "web.apps.internal");
    assert.equal(await valueOf(result.url), "https://web-public.example.test");
    assert.equal(
      await valueOf(result.remoteConsole),
      `cf ssh web -i 0 -t -c 'exec sh -c '\\''eval "$BEAM_BOOT"'\\'' beam /app/bin/my_app remote'`,
    );
    assert.deepEqual(await valueOf(result.ports), {
      epmd: true,
      epmdPort: 4369,
      distPorts: { first: 9000, last: 9010 },
    });
    assert.equal(await valueOf((await cluster()).result.url), "");
  });

  describe("on an instance", () => {
    let release: string;
    before(() => {
      release = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "beam-cf-")));
      fs.mkdirSync(path.join(release, "bin"));
      fs.mkdirSync(path.join(release, "releases"));
      fs.writeFileSync(path.join(release, "releases", "start_erl.data"), "13.1 0.1.0");
      fs.writeFileSync(path.join(release, "releases", "env.sh"), "export RELEASE_NODE=stock\n");
      fs.writeFileSync(
        path.join(release, "bin", "my_app"),
        `#!/bin/sh
. ${release}/releases/env.sh
echo "$1 $RELEASE_NODE $RELEASE_COOKIE $DNS_CLUSTER_QUERY $PORT"
`,
        { mode: 0o755 },
      );
    });
    after(() => fs.rmSync(release, { recursive: true }));

    for (const cookieIn of Object.values(CloudFoundryCookiePlace)) {
      it(`names the node after its address and runs with the cookie of the ${cookieIn}`, async () => {
        const { resources } = await cluster({ releasePath: release, cookieIn });
        const { command, env } = containerOf(resources, "web-app", { index: 1, address: "10.255.0.7" });
        const printed = execFileSync("sh", ["-c", command], {
          env: { PATH: process.env.PATH, ...env },
          encoding: "utf8",
        });
        assert.equal(printed, `start my_app@10.255.0.7 ${mockCookie} web.apps.internal 8080\n`);
      });
    }

    it("stops with a message where the service of its cookie is not bound", async () => {
      const { resources } = await cluster({
        releasePath: release,
        cookieIn: CloudFoundryCookiePlace.Service,
      });
      const { command, env } = containerOf(resources, "web-app", { index: 0, address: "10.255.0.7" });
      assert.throws(
        () =>
          execFileSync("sh", ["-c", command], {
            env: { PATH: process.env.PATH, ...env, VCAP_SERVICES: "{}" },
            stdio: "pipe",
          }),
        /found no erlang_cookie in VCAP_SERVICES/,
      );
    });

    it("uploads a directory as it is, and knows it by its content", async () => {
      const app = async () =>
        one((await cluster({ image: release, source: CloudFoundrySource.Directory })).resources, appType)
          .inputs;
      const first = await app();
      assert.deepEqual(
        [first.image, first.directory, first.release, first.command],
        [undefined, release, "my_app", `exec sh -c 'eval "$BEAM_BOOT"' beam /home/vcap/app/bin/my_app start`],
      );
      fs.writeFileSync(path.join(release, "releases", "COOKIE"), "MADEBYTHEBUILD");
      assert.equal((await app()).contentHash, first.contentHash);
      fs.chmodSync(path.join(release, "releases", "start_erl.data"), 0o755);
      assert.notEqual((await app()).contentHash, first.contentHash);
    });
  });

  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ name: `p${index}`, appGuid: `guid-${index}` }));

  it("counts the policies of the app against what the installation allows", async () => {
    assert.equal((await policies({ peers: many(74) })).length, 2 + 74 * 4);
    await assert.rejects(cluster({ peers: many(75) }), {
      message:
        /^peers is 75; allowed is so many that the app is source of at most 150 policies, and these make 152/,
    });
    assert.equal((await policies({ peers: many(75), maxPoliciesPerApp: 200 })).length, 2 + 75 * 4);
  });

  const refused: [string, Partial<CloudFoundryClusterArgs>, RegExp][] = [
    ["no nodes", { nodes: 0 }, /^nodes is 0; allowed is a whole number of at least 1/],
    [
      "memory that is no number of MiB",
      { memoryMiB: 0.5 },
      /^memoryMiB is 0.5; allowed is a whole number of MiB/,
    ],
    [
      "memory with a unit",
      { memoryMiB: "1G" as unknown as number },
      /^memoryMiB is "1G"; .*write 1024 for 1 GiB: the API takes no units such as 1G$/,
    ],
    ["no disk", { diskMiB: 0 }, /^diskMiB is 0; allowed/],
    [
      "no organisation",
      { org: "" },
      /^org is ""; allowed is the name of one that exists: `cf orgs` lists them/,
    ],
    [
      "cluster ports that the platform itself uses",
      { ports: { distPorts: { first: 8000, last: 8100 } } },
      /^ports is "8000-8100 for Erlang distribution"; allowed is ports other than 8080/,
    ],
    [
      "HTTP on a distribution port",
      { http: { port: 9000 } },
      /^http\.port is 9000; allowed is a port outside distPorts/,
    ],
    [
      "a domain without HTTP",
      { domain: "example.test" },
      /^domain is "example.test"; allowed is nothing where http/,
    ],
    ["a host without HTTP", { host: "www" }, /^host is "www"; allowed is nothing where http is not given/],
    [
      "a host that is no label",
      { internalHost: "Web_1" },
      /^internalHost is "Web_1"; allowed is one label of lower-case letters/,
    ],
    ["an app's name that is none", { app: "a b" }, /^app is "a b"; allowed/],
    ["a path with a blank", { releasePath: "/my app" }, /^releasePath is "\/my app"; allowed/],
    [
      "a source nobody knows",
      { source: "git" as CloudFoundrySource },
      /^source is "git"; allowed is image or directory/,
    ],
    [
      "a directory that is no release",
      { source: CloudFoundrySource.Directory, image: "/nowhere" },
      /^image is "\/nowhere"; allowed is a directory made by mix release/,
    ],
    [
      "two peers of one name",
      { peers: [...many(1), ...many(1)] },
      /^peers is "p0"; allowed is names of lower-case letters/,
    ],
    [
      "a cookie through the environment",
      { env: { RELEASE_COOKIE: "x" } },
      /^env is "RELEASE_COOKIE"; allowed is names other than/,
    ],
  ];
  for (const [what, args, message] of refused) {
    it(`refuses ${what} before it declares a resource`, () => assert.rejects(cluster(args), { message }));
  }
});
