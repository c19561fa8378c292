import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Cookie, LocalCluster } from "../../components";
import { askNodes } from "../../cli/askNodes";
import { isWhole } from "../../cli/nodeStatus";
import { prepareEngine } from "../../tools/engine";
import { nodeNames, readOwner } from "../../provider/local/nodeFiles";
import { isRunning } from "../../provider/local/process";
import { buildHelloBeam } from "../../tools/elixir";
import { freePorts } from "../support/ports";
import { withStack, type StackUnderTest } from "../support/withStack";

const run = promisify(execFile);
const bin = path.join(__dirname, "..", "..", "bin", "pulumi-resource-beam");

describe("beam provider process", function () {
  this.timeout(120_000);

  it("serves a schema that the engine accepts", async () => {
    const { command, env } = await prepareEngine(() => undefined);
    const { stdout } = await run(command.command, ["package", "get-schema", bin], {
      env: { ...process.env, ...env },
    });
    const schema = JSON.parse(stdout) as {
      name: string;
      resources: Record<string, { requiredInputs?: string[] }>;
    };
    assert.equal(schema.name, "beam");
    assert.ok(schema.resources["beam:local:Node"]?.requiredInputs?.includes("cookie"));
    assert.ok("beam:local:Epmd" in schema.resources);
  });

  const program = (stack: StackUnderTest, image: string, first: number, nodes: number) => () => {
    const cookie = new Cookie("cookie");
    new LocalCluster("demo", {
      release: "hello_beam",
      image,
      nodes,
      directory: path.join(stack.directory, "nodes"),
      cookie: cookie.value,
      ports: { epmdPort: first, distPorts: { first: first + 1, last: first + 10 } },
      http: { port: first + 11 },
      env: { BIND_ADDRESS: "127.0.0.1" },
    });
    return Promise.resolve({});
  };
  /** The nodes that run, told by what they left in their folders and not by the state. */
  const running = async (stack: StackUnderTest) => {
    const directory = path.join(stack.directory, "nodes");
    const owners = nodeNames(directory).flatMap((name) => readOwner(directory, name) ?? []);
    const alive = await Promise.all(owners.map(async (owner) => ((await isRunning(owner)) ? [owner] : [])));
    return alive.flat();
  };

  it("loses nothing when it is cancelled in mid-up: the next one goes on, and destroy leaves no process", async () => {
    const image = await buildHelloBeam(() => undefined);
    const first = await freePorts(21);
    await withStack(async (stack) => {
      const six = program(stack, image, first, 6);
      const up = stack.up(six);
      // As soon as the second node is on its way, what Ctrl-C does: the engine is asked to cancel.
      while (!stack.printed().includes("demo-2 creating")) {
        await sleep(20);
      }
      const { stdout } = await run("pgrep", ["-f", "pulumi up .*--stack test"]);
      const engines = stdout.trim().split("\n").map(Number);
      // Other files run engines too; this stack's one works in its folder.
      const own = engines.filter((pid) => fs.readlinkSync(`/proc/${pid}/cwd`).startsWith(stack.directory));
      assert.equal(own.length, 1);
      own.forEach((pid) => process.kill(pid, "SIGINT"));
      await assert.rejects(up, /cancel/i);

      const held = await stack.held();
      const nodesHeld = held.filter((one) => one.startsWith("beam:local:Node")).length;
      assert.ok(nodesHeld < 6, "the run was not cancelled in time");
      // Each node that runs is known to the state, so none is left to itself.
      assert.equal((await running(stack)).length, nodesHeld);

      await stack.up(six);
      const statuses = await askNodes(await stack.stack.exportStack());
      assert.equal(statuses.length, 6);
      assert.ok(isWhole(statuses));
      const daemons = await running(stack);
      assert.equal(daemons.length, 6);
      await stack.destroy();
      assert.deepEqual(await Promise.all(daemons.map(isRunning)), Array(6).fill(false));
    });
  });
});
