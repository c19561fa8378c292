import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { askNodes } from "../../cli/askNodes";
import { isWhole } from "../../cli/nodeStatus";
import {
  Cookie,
  DropletCluster,
  DropletDiscovery,
  type CookieArgs,
  type DropletClusterArgs,
} from "../../components";
import { least } from "../support/droplets";
import { withStackOn, type RecordedCloud } from "../support/recorder";
import type { StackUnderTest } from "../support/withStack";

interface Wanted extends Partial<DropletClusterArgs> {
  readonly cookieArgs?: CookieArgs;
}

const table = require.resolve("./digitalocean/cloud");
const droplet = "digitalocean:index/droplet:Droplet";

describe("digitalocean cluster on the engine", function () {
  // Each `up` starts three plugins, and most tests run several.
  this.timeout(300_000);

  const program =
    ({ cookieArgs, ...args }: Wanted = {}) =>
    () => {
      const cookie = new Cookie("cookie", cookieArgs);
      const cluster = new DropletCluster("demo", {
        ...least,
        cookie: cookie.value,
        tag: "demo",
        nodes: 3,
        sshSources: ["192.0.2.1"],
        gateTimeoutSeconds: 20,
        ...args,
      });
      const { addresses, remoteConsole, url } = cluster;
      return Promise.resolve({ cookie: cookie.value, addresses, remoteConsole, url });
    };

  /** A stack on a recorded cloud whose droplets answer SSH, as long as nobody makes them mute. */
  async function withDroplets(
    test: (stack: StackUnderTest, cloud: RecordedCloud, mute: (text: string) => void) => Promise<void>,
  ): Promise<void> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "beam-ssh-"));
    fs.copyFileSync(path.join(__dirname, "digitalocean", "ssh.cjs"), path.join(folder, "ssh"));
    fs.chmodSync(path.join(folder, "ssh"), 0o755);
    const before = process.env.PATH;
    process.env.PATH = `${folder}:${before ?? ""}`;
    try {
      await withStackOn({ plugin: "digitalocean", table }, async (stack, cloud) => {
        fs.writeFileSync(path.join(folder, "cloud"), cloud.env.RECORDER_FOLDER ?? "");
        await test(stack, cloud, (text) => fs.writeFileSync(path.join(folder, "mute"), text));
      });
    } finally {
      process.env.PATH = before;
      fs.rmSync(folder, { recursive: true });
    }
  }

  const addresses = async (stack: StackUnderTest) => (await stack.outputs()).addresses?.value as string[];

  it("comes up behind its firewall, changes nothing the second time, and leaves nothing behind", () =>
    withDroplets(async (stack, cloud) => {
      await stack.up(program());
      assert.deepEqual(cloud.changes(), [
        "create Tag demo",
        "create Firewall demo",
        "create Droplet demo-1",
        "create DnsRecord demo-1",
        "create Droplet demo-2",
        "create DnsRecord demo-2",
        "create Droplet demo-3",
        "create DnsRecord demo-3",
      ]);
      assert.deepEqual(await stack.preview(program()), {});
      assert.deepEqual(await stack.up(program()), {});
      assert.deepEqual(await stack.refresh(), {});
      const statuses = await askNodes(await stack.stack.exportStack());
      assert.equal(statuses.length, 3);
      assert.ok(isWhole(statuses), JSON.stringify(statuses));
      await stack.destroy();
      assert.deepEqual(await stack.held(), []);
    }));

  it("shows cookie, secrets and token in no output of the run and no state", () =>
    withDroplets(async (stack, cloud) => {
      const args = {
        discovery: DropletDiscovery.Tag,
        domain: undefined,
        discoveryToken: "a-very-secret-token",
        secrets: { API_KEY: "a-very-secret-key" },
      };
      await stack.up(program(args));
      await stack.up(program({ ...args, nodes: 4 }));
      const cookie = (await stack.outputs()).cookie;
      assert.equal(cookie?.secret, true);
      for (const secret of [String(cookie.value), "a-very-secret-token", "a-very-secret-key"]) {
        assert.ok(JSON.stringify(cloud.all(droplet)[0]?.inputs).includes(secret));
        assert.equal(stack.printed().includes(secret), false);
        assert.equal(stack.stateOnDisk().includes(secret), false);
      }
      for (const call of cloud
        .journal()
        .filter(({ type, operation }) => type === droplet && operation === "create")) {
        assert.deepEqual(call.secrets, ["userData"]);
      }
    }));

  it("scales from 3 to 5 to 2 and touches only the droplets concerned", () =>
    withDroplets(async (stack, cloud) => {
      await stack.up(program());
      const before = await addresses(stack);
      cloud.changes();
      await stack.up(program({ nodes: 5 }));
      assert.deepEqual(cloud.changes(), [
        "create Droplet demo-4",
        "create DnsRecord demo-4",
        "create Droplet demo-5",
        "create DnsRecord demo-5",
      ]);
      assert.deepEqual((await addresses(stack)).slice(0, 3), before);
      await stack.up(program({ nodes: 2 }));
      assert.deepEqual(
        cloud.changes().filter((change) => change.includes("Droplet")),
        ["delete Droplet demo-5", "delete Droplet demo-4", "delete Droplet demo-3"],
      );
      assert.deepEqual(await addresses(stack), before.slice(0, 2));
    }));

  it("replaces droplet after droplet for a new image, the new ones first, and each record with its droplet", () =>
    withDroplets(async (stack, cloud) => {
      await stack.up(program());
      cloud.changes();
      await stack.up(program({ image: "registry.example.com/demo:2" }));
      const changes = cloud.changes();
      assert.deepEqual(changes.slice(0, 6), [
        "create Droplet demo-1",
        "create DnsRecord demo-1",
        "create Droplet demo-2",
        "create DnsRecord demo-2",
        "create Droplet demo-3",
        "create DnsRecord demo-3",
      ]);
      assert.deepEqual(changes.slice(6).sort(), [
        "delete DnsRecord demo-1",
        "delete DnsRecord demo-2",
        "delete DnsRecord demo-3",
        "delete Droplet demo-1",
        "delete Droplet demo-2",
        "delete Droplet demo-3",
      ]);
      assert.deepEqual(await stack.preview(program({ image: "registry.example.com/demo:2" })), {});
    }));

  it("stops a rollout at the first droplet that does not join, keeps the old ones, and goes on once it is mended", () =>
    withDroplets(async (stack, cloud, mute) => {
      await stack.up(program());
      const before = await addresses(stack);
      cloud.changes();
      mute("demo:broken");
      const broken = program({ image: "registry.example.com/demo:broken", gateTimeoutSeconds: 2 });
      await assert.rejects(
        stack.up(broken),
        /demo@10\.0\.0\.\d+ has not joined after 2 s: ssh: connect .* Connection refused/,
      );
      assert.deepEqual(cloud.changes(), ["create Droplet demo-1", "create DnsRecord demo-1"]);
      const held = () => cloud.all(droplet).map(({ state }) => state.ipv4AddressPrivate as string);
      assert.deepEqual(held().slice(0, 3), before);

      await stack.up(program({ image: "registry.example.com/demo:2" }));
      const images = cloud.all(droplet).map(({ inputs }) => /demo:\w+/.exec(inputs.userData as string)?.[0]);
      assert.deepEqual(images, ["demo:2", "demo:2", "demo:2"]);
      assert.deepEqual((await addresses(stack)).sort(), held().sort());
    }));

  it("rotates the cookie droplet by droplet while the cluster of the old one stays whole", () =>
    withDroplets(async (stack, cloud) => {
      await stack.up(program());
      const old = String((await stack.outputs()).cookie?.value);
      cloud.changes();
      await stack.up(program({ cookieArgs: { generation: 2 } }));
      const changes = cloud.changes().filter((change) => change.includes("Droplet"));
      assert.deepEqual(changes.slice(0, 3), [
        "create Droplet demo-1",
        "create Droplet demo-2",
        "create Droplet demo-3",
      ]);
      assert.deepEqual(changes.slice(3).sort(), [
        "delete Droplet demo-1",
        "delete Droplet demo-2",
        "delete Droplet demo-3",
      ]);
      assert.equal(JSON.stringify(cloud.held()).includes(old), false);
    }));

  it("opens the ports of a new policy before the droplets that need them, and lets peers in", () =>
    withDroplets(async (stack, cloud) => {
      const two = (peers: boolean) => () => {
        const cookie = new Cookie("cookie").value;
        const common = { ...least, cookie, nodes: 1, sshSources: ["192.0.2.1"], gateTimeoutSeconds: 20 };
        const one = new DropletCluster("one", { ...common, tag: "one", release: "demo" });
        new DropletCluster("two", { ...common, tag: "two", release: "demo", peers: peers ? [one] : [] });
        return Promise.resolve({});
      };
      await stack.up(two(false));
      cloud.changes();
      await stack.up(two(true));
      assert.deepEqual([...cloud.changes()].sort(), ["create Firewall two-to-one", "update Firewall two"]);
      await stack.up(two(false));
      assert.deepEqual([...cloud.changes()].sort(), ["delete Firewall two-to-one", "update Firewall two"]);
    }));

  it("puts a load balancer or a reserved address in front, and moves it with the droplet", () =>
    withDroplets(async (stack, cloud) => {
      const http = { port: 4000, healthCheckPath: "/health" };
      await stack.up(program({ nodes: 1, http, loadBalancer: {} }));
      assert.equal((await stack.outputs()).url?.value, "http://198.51.100.1");
      const { inputs } = cloud.one("digitalocean:index/firewall:Firewall");
      assert.ok(
        JSON.stringify(inputs.inboundRules).includes(
          cloud.one("digitalocean:index/loadBalancer:LoadBalancer").id,
        ),
      );
      const reserved = { nodes: 1, http, reservedAddress: true, httpSources: ["0.0.0.0/0"] };
      await stack.up(program(reserved));
      cloud.changes();
      await stack.up(program({ ...reserved, image: "registry.example.com/demo:2" }));
      const changes = cloud.changes();
      assert.ok(
        changes.indexOf("update ReservedIp demo") < changes.indexOf("delete Droplet demo-1"),
        changes.join(),
      );
      assert.equal((await stack.outputs()).url?.value, "http://198.51.100.2:4000");
    }));

  it("resizes one droplet after the other, each of which must join again before the next", () =>
    withDroplets(async (stack, cloud, mute) => {
      await stack.up(program());
      cloud.changes();
      mute("RELEASE_COOKIE");
      const resized = { size: "s-2vcpu-2gb" };
      await assert.rejects(
        stack.up(program({ ...resized, gateTimeoutSeconds: 2 })),
        /has not joined after 2 s/,
      );
      assert.deepEqual(cloud.changes(), ["update Droplet demo-1"]);
      mute("nobody");
      await stack.up(program(resized));
      assert.deepEqual(cloud.changes(), ["update Droplet demo-2", "update Droplet demo-3"]);
    }));

  it("makes a droplet again that somebody deleted", () =>
    withDroplets(async (stack, cloud) => {
      await stack.up(program());
      const [, second] = cloud.all(droplet);
      assert.ok(second);
      cloud.remove(second);
      assert.deepEqual(await stack.refresh(), { delete: 1 });
      cloud.changes();
      await stack.up(program());
      assert.equal(cloud.all(droplet).length, 3);
      assert.deepEqual(
        cloud.changes().filter((change) => change.includes("Droplet")),
        ["create Droplet demo-2"],
      );
    }));

  it("refuses bad arguments before anything is created", () =>
    withDroplets(async (stack, cloud) => {
      const refused: [Wanted, RegExp][] = [
        [{ nodes: 0 }, /nodes is 0; allowed is a whole number of at least 1/],
        [{ sshSources: ["0.0.0.0/0"] }, /sshSources is "0\.0\.0\.0\/0"; allowed is smaller blocks/],
        [{ cookieArgs: { value: "-flag" } }, /cookie is a text that begins with "-"/],
      ];
      for (const [args, message] of refused) {
        await assert.rejects(stack.up(program(args)), message);
        assert.deepEqual(cloud.all(droplet), []);
      }
      assert.equal(stack.printed().includes("-flag"), false);
    }));
});
