import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { buildHelloBeam } from "../../tools/elixir";
import { prove, proofTable } from "./proof";
import { startCluster, type RingCluster } from "./ringCluster";
import { rows } from "./rows";
import { connectFrom, openTcpPorts } from "./probes";

const boundSeconds = 30;

after(() => console.log(proofTable()));

for (const row of rows) {
  for (const family of row.families) {
    for (const epmd of [true, false]) {
      const way = `${epmd ? "epmd" : "one port"}, ${family}`;

      describe(`${row.target} cluster with ${way}`, function () {
        this.timeout(120_000);
        let cluster: RingCluster;
        before(async () => {
          const release = await buildHelloBeam(() => undefined);
          cluster = await startCluster(row, { nodes: 3, epmd, family, release });
        });
        after(() => cluster.close());
        const rules = () => {
          const { policy } = cluster.declaration;
          return [policy.in, policy.out].flatMap((side) => (side === "all" ? [] : side));
        };
        const isClusterRule = (purpose: string) => /epmd|distribution/i.test(purpose);

        it("forms, and every rule is needed: with any one taken away it does not", async () => {
          for (const rule of rules().filter(
            ({ purpose, party }) => party === "members" && isClusterRule(purpose),
          )) {
            await cluster.applyFilters({ without: rule });
            cluster.nodes.forEach((node) => node.start());
            await answering(cluster);
            await sleep(4000);
            const seen = await Promise.all(cluster.nodes.map((node) => node.peers()));
            assert.ok(
              seen.some((peers) => (peers?.length ?? 0) < 2),
              `without "${rule.purpose}" it forms all the same`,
            );
            await Promise.all(cluster.nodes.map((node) => node.kill()));
            // epmd is a daemon of its own and would hold the names.
            await Promise.all(
              cluster.nodes.map(({ host }) =>
                host.run(["sh", "-c", "ip netns pids $(ip netns identify) | grep -v $$ | xargs -r kill -9"]),
              ),
            );
          }
          prove(row.target, `each rule is needed (${way})`, "yes");

          await cluster.applyFilters();
          cluster.nodes.forEach((node) => node.start());
          const seconds = await cluster.formed(boundSeconds);
          assert.notEqual(seconds, undefined, `not formed within ${boundSeconds} s`);
          prove(row.target, `3 nodes form (${way})`, `${(seconds ?? 0).toFixed(1)} s`);
          console.log(`      formed in ${(seconds ?? 0).toFixed(1)} s`);
        });

        it("lets nobody in who is not of it: no stranger with the right cookie, no member with a wrong one", async () => {
          const [node] = cluster.nodes;
          assert.ok(node);
          const target = `${basename(cluster)}@${cluster.address(node.host)}`;
          const probe = { target, family, epmd, address: cluster.address };
          const outside = await connectFrom(cluster.stranger, {
            ...probe,
            cookie: cluster.declaration.cookie,
          });
          if (row.stranger === "kept out") {
            assert.equal(outside, "refused");
            prove(row.target, `a stranger with the cookie is kept out (${way})`, "yes");
          } else {
            assert.equal(
              outside,
              "connected",
              "the network keeps strangers out after all: say so in the row",
            );
            prove(
              row.target,
              `a stranger with the cookie is kept out (${way})`,
              `NO: ${row.stranger.onlyTheCookie}`,
            );
          }
          assert.equal(await connectFrom(cluster.spare, { ...probe, cookie: "SomeOtherCookie" }), "refused");
          // The same probe with the right cookie gets in: it is the cookie that was refused, not the probe.
          assert.equal(
            await connectFrom(cluster.spare, { ...probe, cookie: cluster.declaration.cookie }),
            "connected",
          );
          prove(row.target, `a member with a wrong cookie is refused (${way})`, "yes");
        });

        it("has nothing else open, for a stranger or for a member", async () => {
          const [node] = cluster.nodes;
          assert.ok(node);
          const { in: incoming } = cluster.declaration.policy;
          const open = (ports: readonly number[]) => ports.join(", ");
          const allowed = (port: number, parties: readonly unknown[]) =>
            incoming === "all" ||
            incoming.some(
              ({ ports, party }) =>
                parties.includes(party) && (ports?.first ?? 0) <= port && port <= (ports?.last ?? 65535),
            );
          const fromStranger = await openTcpPorts(cluster.stranger, cluster.address(node.host));
          const fromMember = await openTcpPorts(cluster.spare, cluster.address(node.host));
          assert.deepEqual(
            fromStranger.filter((port) => !allowed(port, ["network"])),
            [],
          );
          assert.deepEqual(
            fromMember.filter((port) => !allowed(port, ["members", "network"])),
            [],
          );
          if (row.stranger === "kept out") {
            assert.deepEqual(fromStranger, []);
          }
          assert.equal(
            fromMember.filter((port) => port !== Number(cluster.declaration.start.env.PORT)).length,
            epmd ? 2 : 1,
          );
          prove(
            row.target,
            `open to a stranger / to a member (${way})`,
            `${open(fromStranger) || "nothing"} / ${open(fromMember)}`,
          );
        });

        it("opens its remote console, and runs rpc, on a running node", async () => {
          const [node] = cluster.nodes;
          assert.ok(node);
          const others = cluster.nodes.slice(1).map(({ host }) => cluster.address(host));
          const rpc = await node.run(["rpc", "IO.inspect(Node.list())"]);
          const screen = await node.console("IO.puts(Enum.join([:seen | Node.list()], %{}[:x] || ~s( )))");
          for (const address of others) {
            assert.ok(rpc.stdout.includes(address), `rpc: ${rpc.stdout}${rpc.stderr}`);
            assert.ok(screen.includes(`${basename(cluster)}@${address}`), screen);
          }
          prove(row.target, `remote console works (${way})`, "yes");
        });

        it("is whole again after a node was killed and came back", async () => {
          const [, victim] = cluster.nodes;
          assert.ok(victim);
          await victim.kill();
          await sleep(500);
          victim.start();
          const seconds = await cluster.formed(boundSeconds);
          assert.notEqual(seconds, undefined, `not whole within ${boundSeconds} s`);
          prove(row.target, `a killed node is back (${way})`, `${(seconds ?? 0).toFixed(1)} s`);
        });
      });
    }
  }
}

async function answering(cluster: RingCluster): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const seen = await Promise.all(cluster.nodes.map((node) => node.peers()));
    if (seen.every((peers) => peers !== undefined)) {
      return;
    }
    await sleep(100);
  }
  throw new Error("the nodes do not answer on their own machine");
}

function basename(cluster: RingCluster): string {
  return /BEAM_NODE=([^@]+)@/.exec(cluster.declaration.start.env.BEAM_BOOT ?? "")?.[1] ?? "";
}
