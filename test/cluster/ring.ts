import assert from "node:assert/strict";
import { buildHelloBeam } from "../../tools/elixir";
import * as claims from "./claims";
import { prove } from "./proof";
import { startCluster, type RingCluster } from "./ringCluster";
import type { Row } from "./row";
import { stockRelease } from "./stockRelease";

const partitionSeconds = 30;

/** The claims every target makes; a target's own test file calls this with its row. */
export function ring(row: Row): void {
  for (const family of row.families) {
    for (const epmd of [true, false]) {
      describe(`${row.target} cluster ${epmd ? "with epmd" : "on one port"} over ${family}`, function () {
        this.timeout(120_000);
        let cluster: RingCluster;
        before(async () => {
          const release = await buildHelloBeam(() => undefined);
          cluster = await startCluster(row, { nodes: 3, epmd, family, release });
        });
        after(() => cluster.close());
        const setting = () => ({ row, cluster, family, epmd });

        it("does not form with any one rule taken away", async () => {
          const rules = claims.clusterRules(setting());
          if (row.stranger !== "kept out") {
            assert.deepEqual(rules, [], "a network that is open to all has no rules");
            prove(row.target, "each rule is needed", "it declares none");
            return;
          }
          assert.notEqual(rules.length, 0);
          for (const rule of rules) {
            await claims.doesNotFormWithout(setting(), rule);
          }
          prove(row.target, "each rule is needed", "yes");
        });

        it("forms under exactly the rules it declared", async () => {
          await cluster.applyFilters();
          cluster.nodes.forEach((node) => node.start());
          prove(row.target, "three nodes see each other", await claims.forms(setting()));
        });

        it("lets no stranger in who holds the cookie, or says that only the cookie keeps strangers out", async () => {
          const keptOut = await claims.strangerIsKeptOut(setting());
          assert.equal(keptOut, row.stranger === "kept out");
          const why = row.stranger === "kept out" ? "yes" : `NO: ${row.stranger.onlyTheCookie}`;
          prove(row.target, "a stranger with the right cookie is kept out", why);
        });

        it("lets its named peer in, and only where it names one", async () => {
          const named = claims.namesPeer(setting());
          const expected = named || row.stranger !== "kept out";
          assert.equal(await claims.peerGetsIn(setting()), expected);
          prove(row.target, "a named peer gets in", named ? "yes" : "none is named");
        });

        it("refuses a member with a wrong cookie", async () => {
          await claims.wrongCookieIsRefused(setting());
          prove(row.target, "a member with a wrong cookie is refused", "yes");
        });

        it("has nothing else open, to a stranger or to a member", async () => {
          const open = await claims.nothingElseIsOpen(setting());
          prove(row.target, "open to a stranger / to a member", open);
        });

        it("opens its remote console, and runs rpc, beside the running node", async () => {
          await claims.consoleWorks(setting());
          prove(row.target, "the remote console works", "yes");
        });

        it("is whole again after a node was killed and came back", async () => {
          prove(row.target, "whole after a node was killed", await claims.killedNodeComesBack(setting()));
        });
      });
    }
  }

  it(`${row.target} cluster of releases whose env.sh sets names of its own gets valid names and forms`, async function () {
    this.timeout(120_000);
    for (const family of row.families) {
      await withRow(
        row,
        { family, nodes: 2, release: stockRelease(await buildHelloBeam(() => undefined)) },
        async (cluster) => {
          cluster.nodes.forEach((node) => node.start());
          await claims.forms({ cluster });
          await claims.consoleWorks({ cluster });
        },
      );
    }
    prove(row.target, "the env.sh of fly launch is overruled", "yes");
  });

  it(`${row.target} cluster of 20 nodes that see 8 random records at a time reaches a full mesh`, async function () {
    this.timeout(180_000);
    const [family = "ipv4"] = row.families;
    await withRow(row, { family, nodes: 20, short: true }, async (cluster) => {
      cluster.nodes.forEach((node) => node.start());
      prove(row.target, "20 nodes, 8 random records an answer", await claims.forms({ cluster }));
    });
  });

  it(`${row.target} cluster heals from a partition of ${partitionSeconds} s without a hand`, async function () {
    this.timeout(120_000);
    // Side by side: they only wait.
    await Promise.all(
      row.families.map((family) =>
        withRow(row, { family, nodes: 3 }, async (cluster) => {
          cluster.nodes.forEach((node) => node.start());
          await claims.forms({ cluster });
          const healed = await claims.partitionHeals({ cluster }, partitionSeconds);
          prove(row.target, `whole after a partition of ${partitionSeconds} s`, healed);
        }),
      ),
    );
  });
}

interface Wanted {
  readonly family: Row["families"][number];
  readonly nodes: number;
  readonly release?: string;
  /** Whether an answer holds 8 records, whatever the target's name server would say. */
  readonly short?: boolean;
}

async function withRow(
  row: Row,
  wanted: Wanted,
  test: (cluster: RingCluster) => Promise<void>,
): Promise<void> {
  const { family, nodes, short = false } = wanted;
  const release = wanted.release ?? (await buildHelloBeam(() => undefined));
  const cluster = await startCluster(row, {
    nodes,
    epmd: true,
    family,
    release,
    mutate: (declared) => (short ? { ...declared, dns: { ...declared.dns, most: 8 } } : declared),
  });
  try {
    await test(cluster);
  } finally {
    cluster.close();
  }
}
