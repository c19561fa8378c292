import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as yaml from "yaml";
import stack from "../../../stacks";
import { deploy, valueOf } from "../../../testing";
import { dropletOutputs } from "../../support/droplets";

const root = path.join(__dirname, "..", "..", "..");
const read = (file: string) =>
  yaml.parse(fs.readFileSync(path.join(root, file), "utf8")) as { config: object };

/** The committed environment, over the defaults of the project. */
function configuration(more: Record<string, string>): Record<string, string> {
  const defaults = Object.entries(read("Pulumi.yaml").config as Record<string, { default: unknown }>);
  const project = defaults.map(([key, { default: value }]) => [`project:${key}`, String(value)]);
  const environment = Object.entries(read("Pulumi.digitalocean.yaml").config).map(([key, value]) => [
    key.replace("pulumi-beam:", "project:"),
    String(value),
  ]);
  const given = Object.entries(more).map(([key, value]) => [`project:${key}`, value]);
  return Object.fromEntries([...project, ...environment, ...given]) as Record<string, string>;
}

/** The stack takes no options, so what it declares is seen by its provider alone. */
async function run(more: Record<string, string> = {}) {
  const declared: { readonly kind: string; readonly inputs: Readonly<Record<string, unknown>> }[] = [];
  const { result } = await deploy(
    async () => {
      pulumi.runtime.setAllConfig(configuration(more));
      const outputs = await stack();
      await Promise.all(Object.values(outputs).map((output) => valueOf(pulumi.output(output))));
      return outputs;
    },
    {
      outputs: (type, name, inputs) => {
        declared.push({ kind: type.split(":").at(-1) ?? "", inputs });
        return dropletOutputs(type, name);
      },
    },
  );
  return { result, all: (kind: string) => declared.filter((one) => one.kind === kind) };
}

describe("digitalocean stack", () => {
  afterEach(() => pulumi.runtime.setAllConfig({}));

  it("declares the committed environment: three droplets, DNS, a load balancer", async () => {
    const { result, all } = await run();
    const kinds = ["Tag", "Firewall", "LoadBalancer", "Droplet", "DnsRecord"];
    const counted = kinds.map((kind) => [kind, all(kind).length]);
    assert.deepEqual(Object.fromEntries(counted), {
      Tag: 1,
      Firewall: 1,
      LoadBalancer: 1,
      Droplet: 3,
      DnsRecord: 3,
    });
    assert.deepEqual(Object.keys(result), [
      "cookie",
      "nodeBasename",
      "dnsQuery",
      "ports",
      "remoteConsole",
      "url",
    ]);
  });

  it("takes a tarball and discovery by tag", async () => {
    const { all } = await run({
      digitaloceanTarballUrl: "https://example.com/demo.tar.gz",
      digitaloceanTarballSha256: "a".repeat(64),
      digitaloceanDiscoveryToken: "a-token",
    });
    const droplets = all("Droplet");
    assert.equal(droplets.length, 3);
    for (const { inputs } of droplets) {
      assert.match(String(inputs.userData), /DIGITALOCEAN_TOKEN=\\"a-token\\"/);
      assert.match(String(inputs.userData), /https:\/\/example\.com\/demo\.tar\.gz/);
    }
  });

  it("refuses an environment without a key, a domain, or the tarball's checksum", async () => {
    await assert.rejects(run({ digitaloceanSshKeys: "" }), { message: /^sshKeys is \[\]; allowed/ });
    await assert.rejects(run({ digitaloceanDomain: "" }), { message: /^domain is missing; allowed/ });
    const url = "https://example.com/demo.tar.gz";
    await assert.rejects(run({ digitaloceanTarballUrl: url }), { message: /^tarball\.sha256 is missing/ });
  });
});
