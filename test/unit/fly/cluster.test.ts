import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Cookie, FlyCluster, Isolation, type FlyClusterArgs } from "../../../components";
import type { MachineConfig } from "../../../components/fly/machineConfig";
import { all, deploy, inTheClear, mockCookie, one, valueOf } from "../../../testing";

const image = "registry.fly.io/my-app@sha256:0123abcd";

describe("fly cluster", () => {
  const cluster = (args: Partial<FlyClusterArgs> = {}) =>
    deploy((options) => {
      const cookie = new Cookie("cookie", {}, options);
      return new FlyCluster("web", { release: "my_app", image, cookie: cookie.value, ...args }, options);
    });
  const machines = async (args: Partial<FlyClusterArgs> = {}) =>
    one((await cluster(args)).resources, "beam:fly:Machines").inputs;
  const config = async (args: Partial<FlyClusterArgs> = {}) => (await machines(args)).config as MachineConfig;

  it("declares app, secrets, machines and addresses, all of them its children", async () => {
    const { resources } = await cluster({ http: { port: 4000 } });
    assert.deepEqual(
      resources.map(({ type, name, parent }) => [type, name, parent]),
      [
        ["beam:index:Cookie", "cookie", undefined],
        ["random:index/randomPassword:RandomPassword", "cookie", "cookie"],
        ["beam:index:FlyCluster", "web", undefined],
        ["beam:fly:App", "web-app", "web"],
        ["beam:fly:Secrets", "web-secrets", "web"],
        ["beam:fly:Machines", "web-machines", "web"],
        ["beam:fly:IpAddress", "web-shared_v4", "web"],
        ["beam:fly:IpAddress", "web-v6", "web"],
      ],
    );
  });

  it("publishes nothing and asks for no address where there is no HTTP", async () => {
    const { resources, result } = await cluster();
    assert.deepEqual(all(resources, "beam:fly:IpAddress"), []);
    assert.deepEqual((await config()).services, []);
    assert.equal(await valueOf(result.url), "");
  });

  it("is in the organisation's network, or in one of its own where that is asked for", async () => {
    const network = async (args: Partial<FlyClusterArgs>) =>
      one((await cluster(args)).resources, "beam:fly:App").inputs;
    assert.deepEqual(await network({ app: "demo" }), {
      name: "demo",
      organization: "personal",
      regions: ["iad"],
    });
    assert.deepEqual(await network({ app: "demo", organization: "acme", network: "own" }), {
      name: "demo",
      organization: "acme",
      network: "own",
      regions: ["iad"],
    });
  });

  it("runs the release by its boot script, ends it with SIGTERM, and restarts it always", async () => {
    const given = await config({ http: { port: 4000 }, env: { A: "1" } });
    assert.deepEqual(given.init.exec, ["sh", "-c", 'eval "$BEAM_BOOT"', "beam", "/app/bin/my_app", "start"]);
    assert.deepEqual(given.stop_config, { signal: "SIGTERM", timeout: "30s" });
    assert.deepEqual(given.restart, { policy: "always" });
    const { BEAM_BOOT = "", ...env } = given.env;
    assert.deepEqual(env, { A: "1", PORT: "4000", PHX_SERVER: "true" });
    for (const part of [
      "FLY_PRIVATE_IP",
      "BEAM_NODE=my_app@$beam_address",
      "DNS_CLUSTER_QUERY=project-stack-web.internal",
      "beam_proto=inet6_tcp",
      "inet_dist_listen_min 9000 inet_dist_listen_max 9010",
      "ECTO_IPV6",
    ]) {
      assert.ok(BEAM_BOOT.includes(part), part);
    }
  });

  it("names its machines, owns them by its own place in the project, and asks for the secrets' version", async () => {
    const given = await machines({ nodes: 3, regions: ["ams", "fra"] });
    assert.deepEqual(given.slots, [
      { name: "web-ams-1", region: "ams" },
      { name: "web-ams-2", region: "ams" },
      { name: "web-fra-1", region: "fra" },
    ]);
    assert.equal(given.owner, "project/stack/web");
    assert.equal(given.secretsVersion, 1);
    assert.equal(given.maxUnavailable, 1);
    assert.deepEqual((given.peersCommand as string[]).slice(0, 6), [
      "sh",
      "-c",
      'eval "$BEAM_BOOT"',
      "beam",
      "/app/bin/my_app",
      "rpc",
    ]);
    assert.equal((await machines({ peerCheck: false })).peersCommand, undefined);
  });

  it("shows the cookie and the secrets nowhere in the clear", async () => {
    const { resources, result } = await cluster({ secrets: { KEY: "a-secret-key" } });
    assert.deepEqual(inTheClear(resources, mockCookie), []);
    assert.deepEqual(inTheClear(resources, "a-secret-key"), []);
    const secrets = one(resources, "beam:fly:Secrets");
    assert.deepEqual(secrets.secrets, ["values"]);
    assert.deepEqual(secrets.inputs.values, { KEY: "a-secret-key", RELEASE_COOKIE: mockCookie });
    const others = resources.filter(
      ({ type }) => type.startsWith("beam:fly:") && type !== "beam:fly:Secrets",
    );
    assert.equal(JSON.stringify(others.map(({ inputs }) => inputs)).includes(mockCookie), false);
    assert.equal(await pulumi.isSecret(result.cookie), true);
  });

  it("closes the private network but for the policy's ports and HTTP, where that is asked for", async () => {
    const { resources } = await cluster({
      networkPolicy: true,
      http: { port: 4000 },
      ports: { distPorts: { first: 9000, last: 9002 } },
    });
    assert.deepEqual(one(resources, "beam:fly:NetworkPolicy").inputs.ports, [4369, 9000, 9001, 9002, 4000]);
    const without = await cluster({ networkPolicy: true, ports: { epmd: false } });
    assert.deepEqual(one(without.resources, "beam:fly:NetworkPolicy").inputs.ports, [9000]);
    assert.deepEqual(all((await cluster()).resources, "beam:fly:NetworkPolicy"), []);
  });

  it("gives a private address the cluster's own network, and others none", async () => {
    const { resources } = await cluster({ network: "own", addresses: ["private_v6", "v4"] });
    assert.deepEqual(
      all(resources, "beam:fly:IpAddress").map(({ inputs }) => [inputs.kind, inputs.network]),
      [
        ["private_v6", "own"],
        ["v4", undefined],
      ],
    );
  });

  it("asks for a certificate for each host name, behind the addresses", async () => {
    const { resources, result } = await cluster({ http: { port: 4000 }, hostnames: ["www.example.com"] });
    const certificate = one(resources, "beam:fly:Certificate");
    assert.equal(certificate.inputs.hostname, "www.example.com");
    assert.deepEqual(certificate.dependsOn, ["web-shared_v4", "web-v6"]);
    assert.equal(await valueOf(result.url), "https://www.example.com");
  });

  it("tells cohorts apart by basename and by how ports are found", async () => {
    const cohort = async (args: Partial<FlyClusterArgs>) => (await machines(args)).cohort;
    const stable = await cohort({});
    assert.equal(await cohort({ image: `${image}f` }), stable);
    assert.notEqual(await cohort({ ports: { epmd: false } }), stable);
    const isolated = { isolation: Isolation.Release };
    assert.notEqual(await cohort({ ...isolated, image: `${image}f` }), await cohort(isolated));
  });

  it("promises the same outputs as every target", async () => {
    const { result } = await cluster({ app: "demo", http: { port: 4000 }, isolation: Isolation.Release });
    assert.match(await valueOf(result.nodeBasename), /^my_app-[0-9a-f]{10}$/);
    assert.equal(await valueOf(result.dnsQuery), "demo.internal");
    assert.equal(await valueOf(result.url), "https://demo.fly.dev");
    assert.equal(
      await valueOf(result.remoteConsole),
      `fly ssh console --app demo --pty --command 'sh -c '\\''eval "$BEAM_BOOT"'\\'' beam /app/bin/my_app remote'`,
    );
    assert.match(await valueOf(result.remoteEval), /^fly machine exec --app demo a-machine '.*my_app rpc /);
    assert.deepEqual(await valueOf(result.ports), {
      epmd: true,
      epmdPort: 4369,
      distPorts: { first: 9000, last: 9010 },
    });
  });

  const refused: [string, Partial<FlyClusterArgs>, RegExp][] = [
    ["no nodes", { nodes: 0 }, /^nodes is 0; allowed/],
    ["a release name that is no node name", { release: "Not-A-Name" }, /^release is "Not-A-Name"; allowed/],
    ["a missing image", { image: "" }, /^image is ""; allowed is a reference of a container image/],
    ["an app name Fly would not take", { app: "My App" }, /^app is "My App"; allowed/],
    ["a region that is no code", { regions: ["europe"] }, /^regions is "europe"; allowed/],
    ["a size Fly would not take", { guest: { cpus: 5 } }, /^guest\.cpus is 5; allowed/],
    ["HTTP on epmd's port", { http: { port: 4369 } }, /^http\.port is 4369; allowed/],
    [
      "HTTP on epmd's port without epmd",
      { http: { port: 4369 }, ports: { epmd: false } },
      /^http\.port is 4369;/,
    ],
    ["HTTP on a distribution port", { http: { port: 9005 } }, /^http\.port is 9005; allowed/],
    [
      "a service on a distribution port",
      { services: [{ internalPort: 9005, port: 443 }] },
      /^services\[0\]\.internalPort is 9005; allowed/,
    ],
    ["publishing what does not serve HTTP", { published: true }, /^published is true; allowed/],
    ["what Fly sets itself", { env: { FLY_REGION: "ams" } }, /^env is "FLY_REGION"; allowed/],
    [
      "a cookie through the environment",
      { env: { RELEASE_COOKIE: "x" } },
      /^env is "RELEASE_COOKIE"; allowed/,
    ],
    ["a roll of none at a time", { maxUnavailable: 0 }, /^maxUnavailable is 0; allowed/],
    ["a longer end than Fly grants", { stopTimeoutSeconds: 301 }, /^stopTimeoutSeconds is 301; allowed/],
    ["a volume of no size", { volume: { path: "/d", sizeGib: 0 } }, /^volume\.sizeGib is 0; allowed/],
    ["a volume over the root", { volume: { path: "/", sizeGib: 1 } }, /^volume\.path is "\/"; allowed/],
    ["a kind of address nobody knows", { addresses: ["v5" as "v4"] }, /^addresses is "v5"; allowed/],
    ["a network name Fly would not take", { network: "1st" }, /^network is "1st"; allowed/],
  ];
  for (const [what, args, message] of refused) {
    it(`refuses ${what}`, () => assert.rejects(cluster(args), { message }));
  }
});
