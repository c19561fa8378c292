import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync, type SpawnSyncReturns } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import * as os from "node:os";
import * as path from "node:path";
import type { AddressInfo } from "node:net";
import { portPolicy } from "../../../components/beam/portPolicy";
import { taskAddress } from "../../../components/fargate/address";
import { remoteConsole } from "../../../components/fargate/console";
import { healthCheckCommand } from "../../../components/fargate/healthCheck";

/** As the endpoint answers, shortened; the first network is the task's own. */
const metadata = {
  DockerId: "cd189a933e5849daa93386466019ab50-2495160603",
  Name: "my_app",
  Labels: { "com.amazonaws.ecs.cluster": "arn:aws:ecs:eu-central-1:123456789012:cluster/default" },
  Limits: { CPU: 2 },
  Networks: [
    {
      NetworkMode: "awsvpc",
      IPv4Addresses: ["10.0.2.106"],
      AttachmentIndex: 0,
      IPv4SubnetCIDRBlock: "10.0.2.0/24",
    },
  ],
};

/** The shells of the smallest images, by what this machine has of them. */
const shells = [["sh"], ["dash"], ["bash", "--norc", "--posix"], ["busybox", "sh"]].filter(
  ([shell = ""]) => spawnSync(shell, ["--help"]).error === undefined,
);

describe("fargate task address", () => {
  let bin: string;
  beforeEach(() => {
    bin = fs.mkdtempSync(path.join(os.tmpdir(), "beam-fargate-"));
  });
  afterEach(() => fs.rmSync(bin, { recursive: true }));

  /** Puts a tool on the only PATH there is. */
  const tool = (name: string, script: string) =>
    fs.writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const fetches = (answer: string) => `printf '%s' '${answer}'`;

  function address([shell = "sh", ...flags]: readonly string[], env: Record<string, string> = {}): string {
    const file = execFileSync("sh", ["-c", `command -v ${shell}`], { encoding: "utf8" }).trim();
    return execFileSync(file, [...flags, "-c", taskAddress.sh], {
      encoding: "utf8",
      env: { PATH: bin, ...env },
      // Bash takes a socket for a remote shell, and reads its start-up files.
      stdio: ["ignore", "pipe", "inherit"],
    }).trim();
  }
  const task = { ECS_CONTAINER_METADATA_URI_V4: "http://169.254.170.2/v4/cd189a933e5849daa93386466019ab50" };

  // Busybox may find its own applets before what is on PATH, so here it cannot be told what they answer.
  for (const shell of shells.filter(([file]) => file !== "busybox")) {
    const name = shell.join(" ");
    for (const fetcher of ["wget", "curl"]) {
      it(`comes from the metadata endpoint by ${fetcher}, read without jq, in ${name}`, () => {
        tool("hostname", "echo 10.0.9.9");
        tool(
          fetcher,
          `for last; do :; done; [ "$last" = ${task.ECS_CONTAINER_METADATA_URI_V4} ] && ${fetches(JSON.stringify(metadata))}`,
        );
        assert.equal(address(shell, task), "10.0.2.106");
      });
    }

    it(`comes from the metadata endpoint whatever the JSON's spacing, in ${name}`, () => {
      tool("curl", fetches(JSON.stringify(metadata, undefined, 2)));
      assert.equal(address(shell, task), "10.0.2.106");
    });

    it(`comes from the host name where nothing can fetch, nothing is answered, or the answer is no JSON, in ${name}`, () => {
      tool("hostname", '[ "$1" = -i ] && echo 10.0.3.7');
      assert.equal(address(shell, task), "10.0.3.7");
      assert.equal(address(shell), "10.0.3.7");
      tool("curl", "exit 22");
      assert.equal(address(shell, task), "10.0.3.7");
      tool("curl", "echo '<html>no</html>'");
      assert.equal(address(shell, task), "10.0.3.7");
    });

    it(`comes from /etc/hosts where there is no tool at all, in ${name}`, () => {
      const host = fs.readFileSync("/proc/sys/kernel/hostname", "utf8").trim();
      const line = fs
        .readFileSync("/etc/hosts", "utf8")
        .split("\n")
        .find((one) => one.split(/\s+/).slice(1).join(" ").includes(host));
      assert.equal(address(shell, task), line?.split(/\s+/)[0] ?? "");
    });
  }
});

describe("fargate health check", () => {
  let server: http.Server;
  let port: number;
  let status: number;
  beforeEach(async () => {
    status = 200;
    server = http.createServer((request, response) => {
      response.statusCode = request.url === "/health" ? status : 404;
      response.end();
    });
    server.listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => server.close());

  /** Asynchronously, as the server that is asked lives in this process. */
  async function check(command: string, shell: readonly string[] = ["sh"]): Promise<number | null> {
    const [file = "sh", ...flags] = shell;
    const child = spawn(file, [...flags, "-c", command], { stdio: "ignore" });
    return await new Promise((resolve) => child.once("exit", resolve));
  }
  const ports = (first: number, last: number) => portPolicy({ distPorts: { first, last } });

  for (const shell of shells) {
    it(`passes while the node listens and fails once it does not, in ${shell.join(" ")}`, async () => {
      const range = healthCheckCommand(ports(Math.max(1, port - 2), port), undefined);
      assert.equal(await check(range, shell), 0);
      await new Promise((resolve) => server.close(resolve));
      assert.equal(await check(healthCheckCommand(ports(port, port), undefined), shell), 1);
    });
  }

  it("sees a listener on IPv6 alone", async () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), "beam-tcp6-"));
    const listening = (state: string) =>
      "  sl  local_address                         remote_address                        st tx_queue rx_queue\n" +
      `   0: 00000000000000000000000000000000:2328 00000000000000000000000000000000:0000 ${state} 00000000:00000000\n`;
    try {
      const file = path.join(directory, "tcp6");
      const command = healthCheckCommand(ports(9000, 9000), undefined).replace("/proc/net/tcp6", file);
      fs.writeFileSync(file, listening("0A"));
      assert.equal(await check(command), 0);
      // 01 is a connection that is established, 0A a socket that listens.
      fs.writeFileSync(file, listening("01"));
      assert.equal(await check(command), 1);
    } finally {
      fs.rmSync(directory, { recursive: true });
    }
  });

  it("needs the HTTP port too, and the path where there is a tool to ask with", async () => {
    const node = http.createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => node.once("listening", resolve));
    const { port: own } = node.address() as AddressInfo;
    try {
      const policy = ports(own, own);
      const withPath = healthCheckCommand(policy, { port, healthCheckPath: "/health" });
      assert.equal(await check(withPath), 0);
      status = 503;
      const tools = spawnSync("sh", ["-c", "command -v curl || command -v wget"]).status === 0;
      assert.equal(await check(withPath), tools ? 1 : 0);
      assert.equal(await check(healthCheckCommand(policy, { port })), 0);
      await new Promise((resolve) => server.close(resolve));
      assert.equal(await check(healthCheckCommand(policy, { port })), 1);
    } finally {
      node.close();
    }
  });

  it("names what it missed", () => {
    const { status: code, stdout }: SpawnSyncReturns<string> = spawnSync(
      "sh",
      ["-c", healthCheckCommand(ports(1, 1), undefined)],
      {
        encoding: "utf8",
      },
    );
    assert.deepEqual([code, stdout], [1, "no listener on 1\n"]);
  });
});

describe("fargate remote console", () => {
  it("is one command that runs the boot script with remote on the first running task", () => {
    const bin = fs.mkdtempSync(path.join(os.tmpdir(), "beam-aws-"));
    try {
      // Prints what it was called with, an argument a line; for list-tasks what AWS would.
      const aws = `#!/bin/sh\ncase $2 in list-tasks) echo "arn:task/1"; echo "$*" >&2 ;; *) for one; do echo "$one"; done ;; esac\n`;
      fs.writeFileSync(path.join(bin, "aws"), aws, { mode: 0o755 });
      const command = remoteConsole({
        region: "eu-central-1",
        cluster: "arn:aws:ecs:eu-central-1:123456789012:cluster/web",
        service: "web-service-1",
        container: "my_app",
        releasePath: "/app",
      });
      const { stdout, stderr } = spawnSync("sh", ["-c", command], {
        encoding: "utf8",
        env: { PATH: `${bin}:${process.env.PATH ?? ""}` },
      });
      const cluster = "arn:aws:ecs:eu-central-1:123456789012:cluster/web";
      assert.equal(
        stderr.trim(),
        `ecs list-tasks --region eu-central-1 --cluster ${cluster} --service-name web-service-1 --desired-status RUNNING --query taskArns[0] --output text`,
      );
      assert.deepEqual(stdout.trim().split("\n"), [
        "ecs",
        "execute-command",
        "--region",
        "eu-central-1",
        "--cluster",
        cluster,
        "--task",
        "arn:task/1",
        "--container",
        "my_app",
        "--interactive",
        "--command",
        `sh -c 'eval "$BEAM_BOOT"' beam /app/bin/my_app remote`,
      ]);
    } finally {
      fs.rmSync(bin, { recursive: true });
    }
  });
});
