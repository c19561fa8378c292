import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { DropletAddressing, DropletDiscovery, type DropletClusterArgs } from "../../../components";
import { all, mockCookie } from "../../../testing";
import { addressPlan } from "../../../components/digitalocean/addressing";
import { cloudInit, type CloudInitSpec } from "../../../components/digitalocean/cloudInit";
import { dropletCluster, parseCloudConfig, type CloudConfig } from "../../support/droplets";

async function cloudConfig(args: Partial<DropletClusterArgs> = {}): Promise<CloudConfig> {
  const { resources } = await dropletCluster({ nodes: 1, ...args });
  const [droplet] = all(resources, "digitalocean:index/droplet:Droplet");
  return parseCloudConfig(droplet?.inputs.userData);
}

const content = ({ write_files }: CloudConfig, path: string): string => {
  const found = write_files.find((file) => file.path === path);
  assert.ok(found, `no ${path}`);
  return found.content;
};

/** The release's environment, as the shell that reads the file sees it. */
function environment(config: CloudConfig): Record<string, string> {
  const file = content(config, "/etc/beam/release.env");
  const before = { PATH: process.env.PATH };
  const text = execFileSync("sh", ["-c", 'set -a; eval "$1"; env -0', "sh", file], {
    encoding: "utf8",
    env: before,
  });
  const entries = text
    .split("\0")
    .filter(Boolean)
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const);
  return Object.fromEntries(entries.filter(([name]) => !["PATH", "PWD", "_", "SHLVL"].includes(name)));
}

const sha256 = "0123456789abcdef".repeat(4);
const variants: Record<string, Partial<DropletClusterArgs>> = {
  "an image": {},
  "a tarball": { image: undefined, tarball: { url: "https://example.com/demo.tar.gz?sig=a'b&c", sha256 } },
  IPv6: { addressing: DropletAddressing.Ipv6 },
  "an image with an awkward name": {
    image: "registry.example.com/it's $HOME:1",
    env: { QUOTED: `"'$(x)\`` },
  },
};

describe("digitalocean cloud-init", () => {
  for (const [what, args] of Object.entries(variants)) {
    it(`writes scripts for ${what} that shellcheck has nothing to say about`, async () => {
      const config = await cloudConfig(args);
      const scripts = config.write_files.filter((file) => file.content.startsWith("#!/bin/sh\n"));
      assert.deepEqual(
        scripts.map(({ path }) => path),
        [
          "/usr/local/lib/beam/prepare",
          "/usr/local/lib/beam/fetch",
          "/usr/local/lib/beam/run",
          "/usr/local/sbin/beam",
        ],
      );
      for (const script of scripts) {
        const { stdout, status } = spawnSync("shellcheck", ["-"], {
          input: script.content,
          encoding: "utf8",
        });
        assert.equal(stdout, "", script.path);
        assert.equal(status, 0, `shellcheck is needed: ${script.path}`);
      }
    });
  }

  it("writes these files and no others, what holds a secret for root alone", async () => {
    const files = async (args: Partial<DropletClusterArgs>) =>
      (await cloudConfig(args)).write_files.map(({ path, permissions }) => `${permissions} ${path}`);
    const common = [
      "0600 /etc/beam/release.env",
      "0644 /etc/beam/metadata.nft",
      "0755 /usr/local/lib/beam/prepare",
      "0755 /usr/local/lib/beam/fetch",
      "0755 /usr/local/lib/beam/run",
      "0700 /usr/local/sbin/beam",
      "0644 /etc/systemd/system/beam.service",
    ];
    const registry = { server: "registry.example.com", username: "me", password: "pass" };
    assert.deepEqual(await files({ registry }), [...common, "0600 /etc/beam/docker/config.json"]);
    assert.deepEqual(await files(variants["a tarball"] ?? {}), [...common, "0600 /etc/beam/download"]);
    const config = await cloudConfig({ registry, secrets: { KEY: "a-secret-key" } });
    for (const secret of [mockCookie, "a-secret-key", Buffer.from("me:pass").toString("base64")]) {
      const holding = config.write_files.filter((file) => file.content.includes(secret));
      assert.deepEqual(
        holding.map(({ permissions }) => permissions),
        ["0600"],
      );
    }
  });

  it("installs Docker of the distribution for an image, and nothing to run a tarball", async () => {
    const image = await cloudConfig();
    assert.deepEqual(image.packages, ["ca-certificates", "curl", "nftables", "docker.io"]);
    assert.deepEqual(image.runcmd, [
      ["systemctl", "daemon-reload"],
      ["systemctl", "enable", "--now", "--no-block", "beam.service"],
    ]);
    const tarball = await cloudConfig(variants["a tarball"]);
    assert.deepEqual(tarball.packages, ["ca-certificates", "curl", "nftables"]);
    assert.equal(tarball.runcmd[0]?.[0], "useradd");
  });

  it("hands the release its environment, and the boot script that names the node", async () => {
    const config = await cloudConfig({
      http: { port: 4000 },
      env: { PLAIN: "a $b" },
      secrets: { KEY: 'quo"te\nline' },
    });
    const { BEAM_BOOT, ...rest } = environment(config);
    assert.deepEqual(rest, {
      PORT: "4000",
      PHX_SERVER: "true",
      PLAIN: "a $b",
      KEY: 'quo"te\nline',
      RELEASE_COOKIE: mockCookie,
    });
    assert.match(BEAM_BOOT ?? "", /BEAM_NODE=demo@\$beam_address/);
    assert.match(BEAM_BOOT ?? "", /DNS_CLUSTER_QUERY=demo\.example\.com/);
    assert.match(BEAM_BOOT ?? "", /inet_dist_listen_min 9000 inet_dist_listen_max 9010/);
  });

  it("with discovery by tag hands it the settings of libcluster_droplet, and the token", async () => {
    const tag = { discovery: DropletDiscovery.Tag, domain: undefined, discoveryToken: "a-token", tag: "web" };
    const settings = async (args: Partial<DropletClusterArgs>) => {
      const { BEAM_BOOT, RELEASE_COOKIE, ...rest } = environment(await cloudConfig({ ...tag, ...args }));
      assert.doesNotMatch(BEAM_BOOT ?? "", /DNS_CLUSTER_QUERY/);
      assert.equal(RELEASE_COOKIE, mockCookie);
      return rest;
    };
    assert.deepEqual(await settings({}), {
      DIGITALOCEAN_TOKEN: "a-token",
      DIGITALOCEAN_TAG: "web",
      DIGITALOCEAN_NETWORK: "private",
      DIGITALOCEAN_IPV6: "false",
      DIGITALOCEAN_NODE_BASENAME: "demo",
      DIGITALOCEAN_HEALTH_CHECK_PORT: "4369",
      DIGITALOCEAN_HEALTH_CHECK_TIMEOUT_MS: "500",
      DIGITALOCEAN_POLLING_INTERVAL_MS: "5000",
    });
    const other = await settings({ addressing: DropletAddressing.Ipv6, ports: { epmd: false } });
    assert.deepEqual(
      [other.DIGITALOCEAN_NETWORK, other.DIGITALOCEAN_IPV6, other.DIGITALOCEAN_HEALTH_CHECK_PORT],
      ["public", "true", "9000"],
    );
  });

  it("asks the metadata service for the address asked for", async () => {
    const path = async (addressing: DropletAddressing) =>
      /169\.254\.169\.254\/metadata\/v1\/(\S+)\)/.exec(
        content(await cloudConfig({ addressing }), "/usr/local/lib/beam/prepare"),
      )?.[1];
    assert.equal(await path(DropletAddressing.Private), "interfaces/private/0/ipv4/address");
    assert.equal(await path(DropletAddressing.Public), "interfaces/public/0/ipv4/address");
    assert.equal(await path(DropletAddressing.Ipv6), "interfaces/public/0/ipv6/address");
  });

  it("runs neither image nor tarball as root, and each again whatever ends it", async () => {
    const image = await cloudConfig();
    const run = content(image, "/usr/local/lib/beam/run");
    assert.match(run, /--network host/);
    assert.match(run, /--user 65534:65534 --cap-drop ALL --security-opt no-new-privileges/);
    const tarball = await cloudConfig(variants["a tarball"]);
    const unit = content(tarball, "/etc/systemd/system/beam.service");
    assert.match(unit, /^User=beam$/m);
    assert.match(unit, /^NoNewPrivileges=yes$/m);
    for (const text of [unit, content(image, "/etc/systemd/system/beam.service")]) {
      assert.match(text, /^Restart=always$/m);
      assert.match(text, /^EnvironmentFile=\/etc\/beam\/release\.env$/m);
      assert.match(text, /^ExecStartPre=\+\/usr\/local\/lib\/beam\/prepare$/m);
    }
  });

  it("passes the environment to a container by name, so that no value stands on a command line", async () => {
    const config = await cloudConfig({ secrets: { KEY: "a-secret-key" } });
    const names = [...content(config, "/usr/local/lib/beam/run").matchAll(/--env (\S+)/g)].map(
      (match) => match[1],
    );
    assert.deepEqual(names, ["BEAM_ADDRESS", "KEY", "RELEASE_COOKIE", "BEAM_BOOT"]);
  });

  const known: CloudInitSpec = {
    workload: { kind: "tarball", sha256, command: "/opt/beam/bin/demo" },
    plan: addressPlan(),
    env: {},
    url: "https://example.com/demo.tar.gz",
  };

  it("refuses user data that no droplet takes", () => {
    assert.throws(() => cloudInit({ ...known, env: { LARGE: "x".repeat(70_000) } }), {
      message: /^env is "\d+ bytes of user data"; allowed is at most 65536 bytes in all/,
    });
  });

  it("refuses a download from elsewhere than the web, or one that breaks out of its line, and shows nothing of it", () => {
    for (const url of ["file:///etc/shadow", 'https://example.com/"\noutput = "/etc/passwd', "https://a b"]) {
      assert.throws(() => cloudInit({ ...known, url }), {
        message: /^tarball\.url is "something else"; allowed/,
      });
    }
  });
});
