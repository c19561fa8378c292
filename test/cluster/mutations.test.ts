import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildHelloBeam } from "../../tools/elixir";
import { withHosts } from "../support/net/hosts";
import * as claims from "./claims";
import { startCluster, type RingCluster } from "./ringCluster";
import type { Declaration } from "./row";
import { model } from "./rows/model";

describe("ring a policy that is broken on purpose turns it red", function () {
  this.timeout(120_000);

  const broken = async (
    mutate: (declared: Declaration) => Declaration,
    test: (cluster: RingCluster) => Promise<void>,
  ) => {
    const release = await buildHelloBeam(() => undefined);
    const cluster = await startCluster(model, { nodes: 2, epmd: true, family: "ipv4", release, mutate });
    try {
      cluster.nodes.forEach((node) => node.start());
      await test(cluster);
    } finally {
      cluster.close();
    }
  };
  const setting = (cluster: RingCluster) => ({ row: model, cluster, family: "ipv4" as const, epmd: true });

  it("a port opened to the network is found by the stranger, and by the scan", () =>
    broken(
      (declared) => ({
        ...declared,
        policy: {
          ...declared.policy,
          in:
            declared.policy.in === "all"
              ? "all"
              : declared.policy.in.map((rule) => ({ ...rule, party: "network" as const })),
        },
      }),
      async (cluster) => {
        await claims.forms({ cluster });
        assert.equal(await claims.strangerIsKeptOut(setting(cluster)), false);
        await assert.rejects(claims.nothingElseIsOpen(setting(cluster)), /open to a stranger/);
      },
    ));

  it("a rule dropped keeps the cluster from forming", () =>
    broken(
      (declared) => ({
        ...declared,
        policy: {
          ...declared.policy,
          in: declared.policy.in === "all" ? "all" : declared.policy.in.slice(1),
        },
      }),
      async (cluster) => assert.equal(await cluster.formed(6), undefined),
    ));

  it("another range in the VM flags than in the rules keeps the cluster from forming", () =>
    broken(
      (declared) => {
        const { BEAM_BOOT = "", ...env } = declared.start.env;
        const moved = BEAM_BOOT.replace(
          /listen_min 9000 inet_dist_listen_max 9010/,
          "listen_min 9100 inet_dist_listen_max 9110",
        );
        assert.notEqual(moved, BEAM_BOOT);
        return { ...declared, start: { ...declared.start, env: { ...env, BEAM_BOOT: moved } } };
      },
      async (cluster) => assert.equal(await cluster.formed(6), undefined),
    ));
});

describe("ring its hosts", function () {
  this.timeout(60_000);
  const namespaces = () => execFileSync("ip", ["netns", "list"], { encoding: "utf8" });

  it("reach each other, are cut off by default, and are gone afterwards", async () => {
    await withHosts({ hosts: ["a", "b"] }, async ({ hosts: [a, b] }) => {
      assert.ok(a && b);
      assert.match(namespaces(), new RegExp(`beam${process.pid}x`));
      b.start(
        [
          process.execPath,
          "-e",
          "require('net').createServer((s)=>s.on('error',()=>{}).end('hi')).listen(8080)",
        ],
        process.env,
      );
      const dial = () => a.run(["timeout", "2", "bash", "-c", `exec 3<>/dev/tcp/${b.ipv4}/8080`]);
      let code = 1;
      for (let tries = 0; tries < 20 && code !== 0; tries++) {
        ({ code } = await dial());
        await sleep(100);
      }
      assert.equal(code, 0);
      await b.filter({ in: [], out: "all" });
      assert.notEqual((await dial()).code, 0);
      await b.filter({
        in: [{ protocol: "tcp", ports: { first: 8080, last: 8080 }, others: [a.ipv4] }],
        out: "all",
      });
      assert.equal((await dial()).code, 0);
    });
    assert.doesNotMatch(namespaces(), new RegExp(`beam${process.pid}x`));
  });

  it("of a run that was killed are taken away by the next one, and by Ctrl-C at once", async () => {
    const tsx = require.resolve("tsx/cjs");
    const hosts = path.join(__dirname, "..", "support", "net", "hosts.ts");
    const program = `require(${JSON.stringify(hosts)}).openNetwork({ hosts: ["a"] }); console.log("open"); setInterval(() => {}, 1000)`;
    const abandoned = async (signal: "SIGKILL" | "SIGINT") => {
      const child = spawn(process.execPath, ["-r", tsx, "-e", program], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await new Promise((resolve) => child.stdout.once("data", resolve));
      const mine = new RegExp(`beam${child.pid ?? 0}x`);
      assert.match(namespaces(), mine);
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill(signal);
      await ended;
      return mine;
    };
    assert.doesNotMatch(namespaces(), await abandoned("SIGINT"));
    const killed = await abandoned("SIGKILL");
    assert.match(namespaces(), killed);
    await withHosts({ hosts: ["a"] }, () => Promise.resolve());
    assert.doesNotMatch(namespaces(), killed);
  });
});
