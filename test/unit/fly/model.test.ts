import assert from "node:assert/strict";
import { appName, networkName } from "../../../components/fly/appName";
import { guest, type GuestArgs } from "../../../components/fly/guest";
import { services, type FlyServiceArgs } from "../../../components/fly/services";
import { regionList, slots } from "../../../components/fly/slots";
import { portPolicy } from "../../../components/beam/portPolicy";

describe("fly model", () => {
  const names = (nodes: number, regions: string[]) => slots("web", nodes, regions).map(({ name }) => name);

  it("spreads the nodes over the regions in turn, and numbers them within each", () => {
    assert.deepEqual(names(5, ["ams", "iad"]), [
      "web-ams-1",
      "web-ams-2",
      "web-ams-3",
      "web-iad-1",
      "web-iad-2",
    ]);
    assert.deepEqual(names(1, ["ams", "iad"]), ["web-ams-1"]);
    assert.deepEqual(names(100, ["ams", "fra", "iad"]).length, 100);
  });

  it("keeps every name that still fits when nodes or regions are added", () => {
    for (let nodes = 1; nodes < 20; nodes++) {
      const more = names(nodes + 1, ["ams", "fra", "iad"]);
      assert.deepEqual(
        names(nodes, ["ams", "fra", "iad"]).filter((name) => !more.includes(name)),
        [],
      );
    }
    assert.deepEqual(
      names(6, ["ams", "iad"]).filter((name) => names(6, ["ams", "iad", "fra"]).includes(name)),
      ["web-ams-1", "web-ams-2", "web-iad-1", "web-iad-2"],
    );
  });

  it("gives the sizes the API takes", () => {
    assert.deepEqual(guest(), { cpu_kind: "shared", cpus: 1, memory_mb: 1024 });
    assert.deepEqual(guest({ cpus: 8 }), { cpu_kind: "shared", cpus: 8, memory_mb: 2048 });
    assert.deepEqual(guest({ cpuKind: "performance", cpus: 2 }), {
      cpu_kind: "performance",
      cpus: 2,
      memory_mb: 4096,
    });
  });

  const sizes: [GuestArgs, RegExp][] = [
    [{ cpus: 3 }, /^guest\.cpus is 3; allowed is 1, 2, 4, 6, 8 for cpuKind shared: choose/],
    [
      { memoryMib: 100 },
      /^guest\.memoryMib is 100; allowed is 256 to 2048 in steps of 256 for 1 shared CPU:/,
    ],
    [{ memoryMib: 1000 }, /^guest\.memoryMib is 1000; allowed/],
    [{ cpus: 2, memoryMib: 8192 }, /^guest\.memoryMib is 8192; allowed is 512 to 4096/],
    [{ cpuKind: "performance", memoryMib: 1024 }, /^guest\.memoryMib is 1024; allowed is 2048 to 8192/],
    [{ cpuKind: "huge" as "shared" }, /^guest\.cpuKind is "huge"; allowed is shared or performance/],
  ];
  for (const [args, message] of sizes) {
    it(`refuses the size ${JSON.stringify(args)}`, () => assert.throws(() => guest(args), { message }));
  }

  it("publishes HTTP at 80 and 443 alone, always on, with the check that gates it", () => {
    const { services: published, checks } = services(
      { port: 4000, healthCheckPath: "/up" },
      true,
      [],
      portPolicy(),
    );
    assert.deepEqual(checks, {});
    assert.deepEqual(
      published.map(({ internal_port, ports, autostop }) => [
        internal_port,
        ports.map(({ port }) => port),
        autostop,
      ]),
      [[4000, [80, 443], "off"]],
    );
    assert.deepEqual(
      published[0]?.checks.map(({ type, path, port }) => [type, path, port]),
      [["http", "/up", 4000]],
    );
  });

  it("checks health without publishing where that is wanted, and neither where there is no HTTP", () => {
    const inside = services({ port: 4000 }, false, [], portPolicy());
    assert.deepEqual(inside.services, []);
    assert.deepEqual(Object.keys(inside.checks), ["http"]);
    assert.deepEqual(services(undefined, false, [], portPolicy()), { services: [], checks: {} });
  });

  const published: [string, FlyServiceArgs, RegExp][] = [
    [
      "epmd",
      { internalPort: 4369, port: 80 },
      /^services\[0\]\.internalPort is 4369; allowed is a port that is neither/,
    ],
    [
      "a distribution port",
      { internalPort: 9005, port: 80 },
      /^services\[0\]\.internalPort is 9005; allowed/,
    ],
    [
      "something under epmd's port",
      { internalPort: 5000, port: 4369 },
      /^services\[0\]\.port is 4369; allowed/,
    ],
    [
      "something under a distribution port",
      { internalPort: 5000, port: 9000 },
      /^services\[0\]\.port is 9000; allowed/,
    ],
    ["no port", { internalPort: 0, port: 80 }, /^services\[0\]\.internalPort is 0; allowed/],
  ];
  for (const [what, args, message] of published) {
    it(`refuses to publish ${what}`, () =>
      assert.throws(() => services(undefined, false, [args], portPolicy()), { message }));
  }

  it("refuses to publish 4369 where the policy has no epmd, too", () => {
    const policy = portPolicy({ epmd: false });
    assert.throws(
      () => services(undefined, false, [{ internalPort: 4369, port: 1 }], policy),
      /is 4369; allowed/,
    );
    assert.throws(
      () => services(undefined, false, [{ internalPort: 9000, port: 1 }], policy),
      /is 9000; allowed/,
    );
  });

  it("computes a name of an app, and refuses what Fly refuses", () => {
    assert.equal(appName(undefined, "My_project-prod-web"), "my-project-prod-web");
    for (const bad of ["", "a", "Upper", "under_score", "-x", "x-", "1up", "a".repeat(64)]) {
      assert.throws(() => appName(bad, "x"), { message: /^app is .*; allowed is 2 to 63 lower-case/ });
    }
    assert.throws(() => networkName("1net"), { message: /^network is "1net"; allowed/ });
    assert.equal(networkName("team-net"), "team-net");
  });

  it("refuses regions that are none, and one twice", () => {
    assert.deepEqual(regionList(undefined), ["iad"]);
    assert.throws(() => regionList([]), { message: /^regions is \[\]; allowed/ });
    assert.throws(() => regionList(["Amsterdam"]), { message: /^regions is "Amsterdam"; allowed/ });
    assert.throws(() => regionList(["ams", "ams"]), {
      message: /^regions is "ams"; allowed is each region once/,
    });
    assert.throws(() => slots("Web_1", 1, ["ams"]), { message: /^name is "Web_1"; allowed/ });
  });
});
