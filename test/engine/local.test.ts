import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import * as path from "node:path";
import type { AddressInfo } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { Cookie, LocalCluster, type CookieArgs, type LocalClusterArgs } from "../../components";
import { askNodes } from "../../cli/askNodes";
import { isWhole } from "../../cli/nodeStatus";
import { epmdNames } from "../../provider/local/port";
import { isRunning } from "../../provider/local/process";
import { buildHelloBeam } from "../../tools/elixir";
import { freePorts } from "../support/ports";
import { withStack, type StackUnderTest } from "../support/withStack";

const release = "hello_beam";

interface Wanted extends Partial<LocalClusterArgs> {
  readonly cookieArgs?: CookieArgs;
}

describe("local cluster on the engine", function () {
  this.timeout(180_000);
  let image: string;
  let first: number;
  before(async () => {
    image = await buildHelloBeam(() => undefined);
  });
  beforeEach(async () => {
    // epmd, ten for distribution, ten for HTTP.
    first = await freePorts(21);
  });

  const program =
    (stack: StackUnderTest, { cookieArgs, ...args }: Wanted = {}): (() => Promise<Record<string, unknown>>) =>
    () => {
      const cookie = new Cookie("cookie", cookieArgs);
      const cluster = new LocalCluster("demo", {
        release,
        image,
        directory: path.join(stack.directory, "nodes"),
        cookie: cookie.value,
        ports: { epmdPort: first, distPorts: { first: first + 1, last: first + 10 } },
        http: { port: first + 11, healthCheckPath: "/health" },
        env: { BIND_ADDRESS: "127.0.0.1" },
        ...args,
      });
      return Promise.resolve({
        cookie: cookie.value,
        remoteConsole: cluster.remoteConsole,
        pids: pulumi.all(cluster.nodes.map(({ pid }) => pid)),
        controls: pulumi.all(cluster.nodes.map(({ control }) => control)),
      });
    };

  const whole = async (stack: StackUnderTest, nodes: number) => {
    const statuses = await askNodes(await stack.stack.exportStack());
    assert.equal(statuses.length, nodes);
    assert.ok(isWhole(statuses), JSON.stringify(statuses));
  };
  const pids = async (stack: StackUnderTest) => (await stack.outputs()).pids?.value as number[];
  const cookieOf = async (stack: StackUnderTest) => (await stack.outputs()).cookie?.value as string;
  const ask = (control: string, expression: string) =>
    execFileSync("sh", [control, "rpc", expression], { encoding: "utf8" }).trim();

  it("comes up whole, changes nothing the second time, and leaves nothing behind", () =>
    withStack(async (stack) => {
      assert.deepEqual(await stack.up(program(stack, { nodes: 3 })), { create: 8 });
      await whole(stack, 3);
      assert.deepEqual(await stack.preview(program(stack, { nodes: 3 })), {});
      assert.deepEqual(await stack.up(program(stack, { nodes: 3 })), {});
      assert.deepEqual(await stack.refresh(), {});

      const answer = await fetch(`http://127.0.0.1:${first + 11}/`);
      assert.deepEqual(await answer.json(), {
        current_node: "hello_beam-1@127.0.0.1",
        connected_nodes: ["hello_beam-2@127.0.0.1", "hello_beam-3@127.0.0.1"],
      });
      assert.deepEqual([...((await epmdNames(first)) ?? [])].sort(), [
        "hello_beam-1",
        "hello_beam-2",
        "hello_beam-3",
      ]);

      const daemons = (await nodeDaemons(stack)).concat();
      await stack.destroy();
      assert.deepEqual(await stack.held(), []);
      for (const daemon of daemons) {
        assert.equal(await isRunning(daemon), false);
      }
      assert.equal(await epmdNames(first), undefined);
      assert.equal(fs.existsSync(path.join(stack.directory, "nodes")), false);
    }));

  it("shows its cookie in no output of the run, no state, no process list and no file but its own", () =>
    withStack(async (stack) => {
      await stack.up(program(stack, { nodes: 2, secrets: { API_KEY: "a-very-secret-key" } }));
      const cookie = await cookieOf(stack);
      assert.match(cookie, /^[A-Za-z0-9]{54}$/);
      assert.equal((await stack.outputs()).cookie?.secret, true);
      const controls = (await stack.outputs()).controls?.value as string[];
      for (const control of controls) {
        assert.equal(ask(control, "IO.puts(:erlang.get_cookie())"), cookie);
        assert.equal(ask(control, 'IO.puts(System.get_env("API_KEY"))'), "a-very-secret-key");
      }
      await stack.up(program(stack, { nodes: 3, secrets: { API_KEY: "a-very-secret-key" } }));
      const processes = execFileSync("ps", ["axww", "-o", "args"], { encoding: "utf8" });
      for (const secret of [cookie, "a-very-secret-key"]) {
        for (const [place, text] of Object.entries({
          printed: stack.printed(),
          state: stack.stateOnDisk(),
          processes,
        })) {
          assert.equal(text.includes(secret), false, `the secret stands in ${place}`);
        }
      }
      const nodes = path.join(stack.directory, "nodes");
      const files = fs
        .readdirSync(nodes, { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile());
      const holding = files.filter((file) =>
        fs.readFileSync(path.join(file.parentPath, file.name), "utf8").includes(cookie),
      );
      assert.deepEqual([...new Set(holding.map(({ name }) => name))], [".erlang.cookie"]);
      for (const file of files) {
        assert.equal(
          fs.statSync(path.join(file.parentPath, file.name)).mode & 0o077,
          0,
          `${file.name} is open to others`,
        );
      }
    }));

  it("scales from 3 to 5 to 2 and touches only the nodes concerned", () =>
    withStack(async (stack) => {
      await stack.up(program(stack, { nodes: 3 }));
      const before = await pids(stack);
      assert.deepEqual(await stack.up(program(stack, { nodes: 5 })), { create: 2 });
      assert.deepEqual((await pids(stack)).slice(0, 3), before);
      await whole(stack, 5);
      assert.deepEqual(await stack.up(program(stack, { nodes: 2 })), { delete: 3 });
      assert.deepEqual(await pids(stack), before.slice(0, 2));
      await whole(stack, 2);
    }));

  it("forms a full mesh of ten nodes", () =>
    withStack(async (stack) => {
      await stack.up(program(stack, { nodes: 10 }));
      await whole(stack, 10);
    }));

  it("forms without epmd, each node on an address of its own", () =>
    withStack(async (stack) => {
      const noEpmd = { nodes: 3, ports: { epmd: false, distPorts: { first: first + 1, last: first + 1 } } };
      await stack.up(program(stack, noEpmd));
      await whole(stack, 3);
      assert.equal(await epmdNames(first), undefined);
      const [control = ""] = (await stack.outputs()).controls?.value as string[];
      assert.match(ask(control, "IO.inspect(Node.list())"), /hello_beam@127\.0\.0\.3/);
    }));

  it("changes from epmd to none and back, node by node", () =>
    withStack(async (stack) => {
      await stack.up(program(stack, { nodes: 2 }));
      await stack.up(
        program(stack, {
          nodes: 2,
          ports: { epmd: false, distPorts: { first: first + 1, last: first + 1 } },
        }),
      );
      await whole(stack, 2);
      await stack.up(program(stack, { nodes: 2 }));
      await whole(stack, 2);
    }));

  it("brings back a node and an epmd that were killed by hand, and leaves the others up", () =>
    withStack(async (stack) => {
      await stack.up(program(stack, { nodes: 3 }));
      const [one = 0, two = 0, three = 0] = await pids(stack);
      process.kill(two, "SIGKILL");
      assert.deepEqual(await stack.refresh(), { update: 1 });
      assert.deepEqual(await stack.preview(program(stack, { nodes: 3 })), { update: 1 });
      assert.deepEqual(await stack.up(program(stack, { nodes: 3 })), { update: 1 });
      const now = await pids(stack);
      assert.deepEqual([now[0], now[2]], [one, three]);
      assert.notEqual(now[1], two);
      await whole(stack, 3);

      const epmd = await epmdPid(stack);
      process.kill(epmd, "SIGKILL");
      process.kill(one, "SIGKILL");
      assert.deepEqual(await stack.up(program(stack, { nodes: 3 })), { update: 2 });
      await whole(stack, 3);
    }));

  it("restarts every node once, in turn, when the cookie, the environment or the ports change", () =>
    withStack(async (stack) => {
      await stack.up(program(stack, { nodes: 2 }));
      const cookie = await cookieOf(stack);
      const rotated = { nodes: 2, cookieArgs: { generation: 2 } };
      assert.deepEqual(await stack.up(program(stack, rotated)), { replace: 1, update: 2 });
      assert.notEqual(await cookieOf(stack), cookie);
      await whole(stack, 2);

      const env = { BIND_ADDRESS: "127.0.0.1", NEW: "1" };
      assert.deepEqual(await stack.up(program(stack, { ...rotated, env })), { update: 2 });
      await whole(stack, 2);

      const ports = { epmdPort: first, distPorts: { first: first + 5, last: first + 6 } };
      assert.deepEqual(await stack.up(program(stack, { ...rotated, env, ports })), { update: 2 });
      await whole(stack, 2);
    }));

  it("restarts every node once when the release was built anew with another content, and only then", () =>
    withStack(async (stack) => {
      const link = path.join(stack.directory, "release");
      const copies = ["one", "two"].map((name) => path.join(stack.directory, name));
      for (const copy of copies) {
        fs.cpSync(image, copy, { recursive: true, verbatimSymlinks: true });
      }
      const [one = "", two = ""] = copies;
      fs.symlinkSync(one, link);
      await stack.up(program(stack, { nodes: 2, image: link }));
      fs.writeFileSync(path.join(one, "releases", "COOKIE"), "ANOTHERBUILDSCOOKIE");
      assert.deepEqual(await stack.preview(program(stack, { nodes: 2, image: link })), {});

      fs.writeFileSync(path.join(two, "lib", "new-file"), "another content");
      fs.rmSync(link);
      fs.symlinkSync(two, link);
      assert.deepEqual(await stack.up(program(stack, { nodes: 2, image: link })), { update: 2 });
      await whole(stack, 2);
    }));

  it("stops a rollout at the first node that does not come back, says why, and goes on once it is mended", () =>
    withStack(async (stack) => {
      await stack.up(program(stack, { nodes: 3 }));
      const before = await pids(stack);
      const broken = program(stack, {
        nodes: 3,
        env: { BIND_ADDRESS: "127.0.0.1", RELEASE_VM_ARGS: "/no/such/file" },
      });
      await assert.rejects(stack.up(broken), /hello_beam-1@127\.0\.0\.1 ended while it was starting/);
      const [, two = 0, three = 0] = before;
      assert.doesNotThrow(() => [process.kill(two, 0), process.kill(three, 0)]);
      assert.deepEqual(await stack.up(program(stack, { nodes: 3 })), { update: 1 });
      assert.deepEqual((await pids(stack)).slice(1), before.slice(1));
      await whole(stack, 3);
    }));

  it("refuses a port that is in use, says by whom, and starts nothing", () =>
    withStack(async (stack) => {
      const server = http.createServer().listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      const { port } = server.address() as AddressInfo;
      try {
        const ports = { epmdPort: first, distPorts: { first: port, last: port + 1 } };
        await assert.rejects(
          stack.preview(program(stack, { nodes: 2, ports })),
          new RegExp(`port ${port} of 127\\.0\\.0\\.1 is in use by .*pid ${process.pid}`),
        );
        await assert.rejects(stack.up(program(stack, { nodes: 2, ports })), /is in use by/);
      } finally {
        server.close();
      }
      assert.equal(
        (await stack.held()).some((one) => one.startsWith("beam:local:Node")),
        false,
      );
    }));

  it("refuses bad arguments before anything starts", () =>
    withStack(async (stack) => {
      const refused: [Wanted, RegExp][] = [
        [{ nodes: 0 }, /nodes is 0; allowed is a whole number of at least 1/],
        [{ image: "/no/release" }, /image is "\/no\/release"; allowed is a directory made by mix release/],
        [{ cookieArgs: { value: "-flag" } }, /cookie is a text that begins with "-"/],
      ];
      for (const [args, message] of refused) {
        await assert.rejects(stack.up(program(stack, args)), message);
        assert.equal(
          (await stack.held()).some((one) => one.startsWith("beam:local:")),
          false,
        );
      }
      assert.equal(stack.printed().includes("-flag"), false);
    }));

  it("never ends a process that merely has the number of one of its nodes", () =>
    withStack(async (stack) => {
      await stack.up(program(stack, { nodes: 1 }));
      const [pid = 0] = await pids(stack);
      process.kill(pid, "SIGKILL");
      const state = await stack.stack.exportStack();
      const bystander = spawnSync("sh", ["-c", "sleep 60 >/dev/null 2>&1 & echo $!"], {
        encoding: "utf8",
      }).stdout.trim();
      const text = JSON.stringify(state).replaceAll(`"pid":${pid}`, `"pid":${bystander}`);
      await stack.stack.importStack(JSON.parse(text) as typeof state);
      await stack.destroy();
      process.kill(Number(bystander), 0);
      process.kill(Number(bystander));
    }));

  it("uses an epmd that is there already, and leaves it", () =>
    withStack(async (stack) => {
      await withStack(async (other) => {
        await other.up(program(other, { nodes: 1, http: undefined, env: { PORT: String(first + 20) } }));
        const ports = { epmdPort: first, distPorts: { first: first + 4, last: first + 4 } };
        await stack.up(program(stack, { nodes: 1, release, ports, isolation: "release" }));
        assert.equal((await epmdNames(first))?.length, 2);
        await stack.destroy();
        assert.deepEqual(await epmdNames(first), ["hello_beam-1"]);
      });
    }));
});

interface StateNode {
  readonly type: string;
  readonly outputs: { readonly pid: number; readonly started: string };
}

async function nodeDaemons(stack: StackUnderTest, type = "beam:local:Node") {
  const { resources } = (await stack.stack.exportStack()).deployment as { resources: StateNode[] };
  return resources.filter((resource) => resource.type === type).map(({ outputs }) => outputs);
}

async function epmdPid(stack: StackUnderTest): Promise<number> {
  const [epmd] = await nodeDaemons(stack, "beam:local:Epmd");
  return epmd?.pid ?? 0;
}
