import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Cookie, Isolation, LocalCluster, type LocalClusterArgs } from "../../../components";
import { all, deploy, inTheClear, mockCookie, one, valueOf } from "../../../testing";

describe("local cluster", () => {
  let release: string;
  before(() => {
    release = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "beam-release-")));
    for (const folder of ["bin", "lib", "releases"]) {
      fs.mkdirSync(path.join(release, folder));
    }
    fs.writeFileSync(path.join(release, "bin", "demo"), "#!/bin/sh\n");
    fs.writeFileSync(path.join(release, "releases", "start_erl.data"), "13.1 0.1.0");
  });
  after(() => fs.rmSync(release, { recursive: true }));

  const cluster = (args: Partial<LocalClusterArgs> = {}) =>
    deploy((options) => {
      const cookie = new Cookie("cookie", {}, options);
      return new LocalCluster(
        "demo",
        { release: "demo", image: release, directory: "/state", cookie: cookie.value, ...args },
        options,
      );
    });

  it("declares an epmd and the nodes, each behind the one before, all of them its children", async () => {
    const { resources } = await cluster({ nodes: 3 });
    assert.deepEqual(
      resources.map(({ type, name, parent }) => [type, name, parent]),
      [
        ["beam:index:Cookie", "cookie", undefined],
        ["random:index/randomPassword:RandomPassword", "cookie", "cookie"],
        ["beam:index:LocalCluster", "demo", undefined],
        ["beam:local:Epmd", "demo-epmd", "demo"],
        ["beam:local:Node", "demo-1", "demo"],
        ["beam:local:Node", "demo-2", "demo"],
        ["beam:local:Node", "demo-3", "demo"],
      ],
    );
    assert.deepEqual(
      all(resources, "beam:local:Node").map(({ dependsOn }) => dependsOn),
      [["demo-epmd"], ["demo-epmd", "demo-1"], ["demo-epmd", "demo-2"]],
    );
  });

  it("gives each node a name and an HTTP port of its own, and all of them the range", async () => {
    const range = { first: 9000, last: 9010 };
    const { resources } = await cluster({ nodes: 3, http: { port: 4000, healthCheckPath: "/health" } });
    assert.deepEqual(
      all(resources, "beam:local:Node").map(({ inputs }) => [
        inputs.nodeName,
        inputs.distPorts,
        inputs.room,
        inputs.httpPort,
        inputs.env,
        inputs.healthCheckUrl,
      ]),
      [
        ["demo-1@127.0.0.1", range, 3, 4000, { PORT: "4000" }, "http://127.0.0.1:4000/health"],
        ["demo-2@127.0.0.1", range, 3, 4001, { PORT: "4001" }, "http://127.0.0.1:4001/health"],
        ["demo-3@127.0.0.1", range, 3, 4002, { PORT: "4002" }, "http://127.0.0.1:4002/health"],
      ],
    );
  });

  it("without epmd gives each node an address of its own and declares no epmd", async () => {
    const { resources } = await cluster({ nodes: 2, ports: { epmd: false } });
    assert.deepEqual(all(resources, "beam:local:Epmd"), []);
    assert.deepEqual(
      all(resources, "beam:local:Node").map(({ inputs }) => [inputs.nodeName, inputs.distPorts, inputs.room]),
      [
        ["demo@127.0.0.2", { first: 9000, last: 9000 }, 1],
        ["demo@127.0.0.3", { first: 9000, last: 9000 }, 1],
      ],
    );
  });

  it("shows the cookie and the secrets nowhere in the clear", async () => {
    const { resources, result } = await cluster({ secrets: { KEY: "a-secret-key" }, env: { PLAIN: "x" } });
    assert.deepEqual(inTheClear(resources, mockCookie), []);
    assert.deepEqual(inTheClear(resources, "a-secret-key"), []);
    for (const node of all(resources, "beam:local:Node")) {
      assert.deepEqual(node.secrets, ["cookie", "secrets"]);
      assert.equal(node.inputs.cookie, mockCookie);
    }
    assert.equal(await pulumi.isSecret(result.cookie), true);
  });

  it("promises the same outputs as every target", async () => {
    const { result } = await cluster({ http: { port: 4000 }, isolation: Isolation.Release });
    assert.match(await valueOf(result.nodeBasename), /^demo-[0-9a-f]{10}$/);
    assert.equal(await valueOf(result.dnsQuery), "");
    assert.equal(await valueOf(result.url), "http://127.0.0.1:4000");
    assert.equal(await valueOf(result.remoteConsole), "/nodes/demo-1/control remote");
    assert.deepEqual(await valueOf(result.ports), {
      epmd: true,
      epmdPort: 4369,
      distPorts: { first: 9000, last: 9010 },
    });
  });

  it("changes the hash of a release with its content, and not with a build's own cookie", async () => {
    const hash = async () =>
      one((await cluster({ nodes: 1 })).resources, "beam:local:Node").inputs.releaseHash;
    const first = await hash();
    fs.writeFileSync(path.join(release, "releases", "COOKIE"), "MADEBYTHEBUILD");
    assert.equal(await hash(), first);
    fs.writeFileSync(path.join(release, "lib", "new.beam"), "code");
    assert.notEqual(await hash(), first);
  });

  const refused: [string, Partial<LocalClusterArgs>, RegExp][] = [
    ["no nodes", { nodes: 0 }, /^nodes is 0; allowed is a whole number of at least 1: give/],
    ["fewer than no nodes", { nodes: -1 }, /^nodes is -1; allowed/],
    ["nodes that are no number", { nodes: NaN }, /^nodes is NaN; allowed/],
    [
      "a range smaller than the nodes",
      { nodes: 3, ports: { distPorts: { first: 9000, last: 9001 } } },
      /^ports\.distPorts is "9000-9001"; allowed is at least one port for each of the 3 nodes.*: widen it, for example to 9000-9002$/,
    ],
    [
      "HTTP ports that run into the cluster's",
      { nodes: 3, http: { port: 8998 } },
      /^http\.port is 8998; allowed is a port that leaves 3 ports in a row/,
    ],
    [
      "a path that is no release",
      { image: "/nowhere" },
      /^image is "\/nowhere"; allowed is a directory made by mix release/,
    ],
    ["a release of another name", { release: "other" }, /^image is .*bin\/other/],
    ["a release name that is no node name", { release: "Not-A-Name" }, /^release is "Not-A-Name"; allowed/],
    [
      "an isolation nobody knows",
      { isolation: "total" as Isolation },
      /^isolation is "total"; allowed is shared or release/,
    ],
    [
      "a health check path without its slash",
      { http: { port: 4000, healthCheckPath: "health" } },
      /^http\.healthCheckPath is "health"; allowed/,
    ],
    [
      "a cookie through the environment",
      { env: { RELEASE_COOKIE: "x" } },
      /^env is "RELEASE_COOKIE"; allowed is names other than/,
    ],
    [
      "one variable in env and secrets",
      { env: { A: "1" }, secrets: { A: "2" } },
      /^env is "A"; allowed is a name that is not in secrets too/,
    ],
  ];
  for (const [what, args, message] of refused) {
    it(`refuses ${what} before it declares a resource`, () => assert.rejects(cluster(args), { message }));
  }
});
