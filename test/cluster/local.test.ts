import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { Cookie, LocalCluster } from "../../components";
import { openPorts, portPolicy } from "../../components/beam/portPolicy";
import { all, deploy, mockCookie, type Declared } from "../../testing";
import { buildHelloBeam } from "../../tools/elixir";
import { openNetwork, type Host, type Network } from "../support/net/hosts";
import { connectFrom, openTcpPorts } from "./probes";
import { prove } from "./proof";
import { stockRelease } from "./stockRelease";

const target = "local";
const driver = path.join(__dirname, "localDriver.ts");

/**
 * The local target declares no rule: its nodes listen on loopback alone. So its machine has no filter here, and a
 * stranger on its network finds nothing to dial.
 */
for (const epmd of [true, false]) {
  describe(`local cluster ${epmd ? "with epmd" : "on one port"} over ipv4`, function () {
    this.timeout(120_000);
    let network: Network & { close(): void };
    let machine: Host;
    let stranger: Host;
    let resources: readonly Declared[];
    const ports = portPolicy({ epmd });

    before(async () => {
      network = openNetwork({ hosts: ["machine", "stranger"] });
      const [first, second] = network.hosts;
      assert.ok(first && second);
      [machine, stranger] = [first, second];
      resources = await declare(machine, await buildHelloBeam(() => undefined), epmd);
    });
    after(() => network.close());

    it("forms", async () => {
      const began = Date.now();
      await up(machine, resources);
      assert.deepEqual(await seen(machine, resources), [2, 2, 2]);
      prove(target, "three nodes see each other", `${((Date.now() - began) / 1000).toFixed(1)} s`);
    });

    it("lets no stranger in who holds the cookie", async () => {
      for (const node of nodeNames(resources)) {
        const own = node.replace(/@.*/, `@${machine.ipv4}`);
        const probe = {
          target: own,
          cookie: mockCookie,
          family: "ipv4" as const,
          epmd,
          address: ({ ipv4 }: Host) => ipv4,
        };
        assert.equal(await connectFrom(stranger, probe), "refused");
      }
      prove(target, "a stranger with the right cookie is kept out", "yes");
    });

    it("refuses somebody on this very machine with a wrong cookie", async () => {
      const [node = ""] = nodeNames(resources);
      const address = () => (epmd ? "127.0.0.1" : "127.0.0.99");
      const probe = { target: node, family: "ipv4" as const, epmd, address };
      assert.equal(await connectFrom(machine, { ...probe, cookie: "SomeOtherCookie" }), "refused");
      assert.equal(await connectFrom(machine, { ...probe, cookie: mockCookie }), "connected");
      prove(target, "a member with a wrong cookie is refused", "yes");
    });

    it("has nothing open to a stranger, and on this machine nothing but its own ports", async () => {
      assert.deepEqual(await openTcpPorts(stranger, machine.ipv4), []);
      const http = [4000, 4001, 4002];
      const [node = ""] = nodeNames(resources);
      const here = (await openTcpPorts(machine, node.slice(node.indexOf("@") + 1))).filter(
        (port) => !http.includes(port),
      );
      const allowed = openPorts(ports);
      assert.deepEqual(
        here.filter((port) => !allowed.some(({ first, last }) => first <= port && port <= last)),
        [],
      );
      assert.equal(here.length, epmd ? 4 : 1);
      prove(target, "open to a stranger / to a member", `nothing / ${here.join(", ")}`);
    });

    it("opens its remote console, and runs rpc, beside the running node", async () => {
      const [control = ""] = controls(machine, resources);
      const rpc = await machine.run([control, "rpc", "IO.inspect(length(Node.list()))"], {
        PATH: process.env.PATH,
      });
      assert.equal(rpc.stdout.trim(), "2");
      const typed = `(sleep 2; echo 'IO.puts("seen: #{length(Node.list())}")'; sleep 1.5) | script -qec '${control} remote' /dev/null`;
      const env = { PATH: process.env.PATH, TERM: "xterm", LANG: "C.UTF-8" };
      const screen = await machine.run(["timeout", "6", "sh", "-c", typed], env);
      assert.match(screen.stdout, /seen: 2/);
      prove(target, "the remote console works", "yes");
    });

    it("is whole again after a node was killed and the next up", async () => {
      const states = JSON.parse(fs.readFileSync(stateFile(machine), "utf8")) as [
        string,
        { pid: number; nodeName?: string },
      ][];
      const victim = states.find(([, { nodeName }]) => nodeName !== undefined);
      assert.ok(victim);
      process.kill(victim[1].pid, "SIGKILL");
      const began = Date.now();
      await up(machine, resources);
      assert.deepEqual(await seen(machine, resources), [2, 2, 2]);
      prove(target, "whole after a node was killed", `${((Date.now() - began) / 1000).toFixed(1)} s`);
    });
  });
}

it("local cluster of a release whose env.sh sets names of its own gets valid names and forms", async function () {
  this.timeout(60_000);
  const network = openNetwork({ hosts: ["machine"] });
  try {
    const [machine] = network.hosts;
    assert.ok(machine);
    const resources = await declare(machine, stockRelease(await buildHelloBeam(() => undefined)), true);
    await up(machine, resources);
    assert.deepEqual(await seen(machine, resources), [2, 2, 2]);
    prove(target, "the env.sh of fly launch is overruled", "yes");
  } finally {
    network.close();
  }
});

async function declare(machine: Host, image: string, epmd: boolean): Promise<readonly Declared[]> {
  const directory = path.join(machine.directory, "nodes");
  const { resources } = await deploy((options) => {
    const cookie = new Cookie("cookie", {}, options);
    return new LocalCluster(
      "ring",
      {
        release: "hello_beam",
        image,
        nodes: 3,
        cookie: cookie.value,
        ports: { epmd },
        http: { port: 4000, healthCheckPath: "/health" },
        env: { BIND_ADDRESS: "127.0.0.1" },
        directory,
      },
      options,
    );
  });
  return resources.filter(({ type }) => type.startsWith("beam:local:"));
}

const stateFile = (machine: Host) => path.join(machine.directory, "state.json");
const nodeNames = (resources: readonly Declared[]) =>
  all(resources, "beam:local:Node").map(({ inputs }) => String(inputs.nodeName));
const controls = (machine: Host, resources: readonly Declared[]) =>
  nodeNames(resources).map((name) => path.join(machine.directory, "nodes", name, "control"));

/** What `pulumi up` does with the resources, by the provider's own lifecycles, on the machine of the ring. */
async function up(machine: Host, resources: readonly Declared[]): Promise<void> {
  const tsx = require.resolve("tsx/cjs");
  const input = path.join(machine.directory, "resources.json");
  fs.writeFileSync(
    input,
    JSON.stringify(resources.map(({ type, name, inputs }) => ({ type, name, inputs }))),
  );
  const command = `"$0" -r ${tsx} ${driver} ${stateFile(machine)} < ${input}`;
  const { code, stderr } = await machine.run(["sh", "-c", command, process.execPath], process.env, 90_000);
  assert.equal(code, 0, stderr);
}

async function seen(machine: Host, resources: readonly Declared[]): Promise<readonly number[]> {
  const counts: number[] = [];
  for (const control of controls(machine, resources)) {
    const { stdout } = await machine.run([control, "rpc", "IO.inspect(length(Node.list()))"], {
      PATH: process.env.PATH,
    });
    counts.push(Number(stdout));
  }
  return counts;
}
