import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as yaml from "yaml";
import { Cookie, DropletAddressing, DropletCluster, DropletDiscovery } from "../../../components";
import { deploy, mockCookie } from "../../../testing";
import { declaredDroplets } from "../../support/declared/digitalocean";
import { dropletOutputs } from "../../support/droplets";
import type { Row } from "../row";

const support = path.join(__dirname, "..", "..", "support", "droplet");
const metadata = "169.254.169.254";

/** Droplets that run a packed release, by their own cloud-init, behind a cloud firewall bound to their tag. */
export const digitalocean: Row = {
  target: "digitalocean",
  families: ["ipv4", "ipv6"],
  network: { cloudAddresses: [metadata] },
  metadataAddresses: [metadata],
  stranger: "kept out",
  async declare({ nodes, epmd, release }, family) {
    const tarball = pack(release);
    const { resources } = await deploy(
      (options) => {
        const cookie = new Cookie("cookie", {}, options);
        return new DropletCluster(
          "web",
          {
            release: "hello_beam",
            tarball: { url: `http://${metadata}/release.tar.gz`, sha256: tarball.sha256 },
            region: "fra1",
            sshKeys: ["aa:bb"],
            nodes,
            cookie: cookie.value,
            ports: { epmd },
            http: { port: 4000 },
            discovery: DropletDiscovery.Dns,
            domain: "example.com",
            addressing: family === "ipv4" ? DropletAddressing.Private : DropletAddressing.Ipv6,
          },
          options,
        );
      },
      { outputs: dropletOutputs },
    );
    const { policy, userData, dnsName } = declaredDroplets(resources, "web");
    const file = path.join(tarball.directory, `user-data-${family}-${String(epmd)}`);
    fs.writeFileSync(file, userData);
    return {
      policy,
      start: {
        // A droplet boots; later commands are run on it, as ssh would.
        command: (...args) =>
          args[0] === "start"
            ? ["sh", "-c", `exec sh ${support}/machine.sh start "$PWD/machine" "$@"`, "sh", ...boot(file)]
            : [
                "sh",
                "-c",
                `exec sh ${support}/machine.sh run "$PWD/machine" "$@"`,
                "sh",
                "/usr/local/sbin/beam",
                ...args,
              ],
        env: { PORT: "4000" },
      },
      dns: { name: dnsName },
      cookie: mockCookie,
      basename: basename(userData),
    };
  },
  surroundings: ({ ipv4, ipv6 }) => ({
    metadata: {
      "/metadata/v1/interfaces/private/0/ipv4/address": ipv4,
      "/metadata/v1/interfaces/public/0/ipv6/address": ipv6,
      ...Object.fromEntries([...packed.values()].map(({ file }) => ["/release.tar.gz", `file:${file}`])),
    },
  }),
};

interface Packed {
  readonly directory: string;
  readonly file: string;
  readonly sha256: string;
}

const packed = new Map<string, Packed>();

/** The release as \`mix release\` packs it with its \`:tar\` step. */
function pack(release: string): Packed {
  const known = packed.get(release);
  packed.clear();
  const directory = known?.directory ?? fs.mkdtempSync(path.join(os.tmpdir(), "beam-tarball-"));
  const file = path.join(directory, "release.tar.gz");
  if (known === undefined) {
    process.once("exit", () => fs.rmSync(directory, { recursive: true, force: true }));
    execFileSync("tar", ["--create", "--gzip", "--file", file, "--directory", release, "."]);
  }
  const sha256 = createHash("sha256").update(fs.readFileSync(file)).digest("hex");
  const made = { directory, file, sha256 };
  packed.set(release, made);
  return made;
}

function boot(userData: string): readonly string[] {
  return [process.execPath, "-r", require.resolve("tsx/cjs"), path.join(support, "boot.ts"), userData];
}

function basename(userData: string): string {
  const { write_files: files } = yaml.parse(userData) as { write_files: { path: string; content: string }[] };
  const env = files.find(({ path: place }) => place === "/etc/beam/release.env")?.content ?? "";
  return /^BEAM_NODE=(.*)@/m.exec(env)?.[1] ?? "";
}
