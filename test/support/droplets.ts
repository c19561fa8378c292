import assert from "node:assert/strict";
import * as yaml from "yaml";
import { Cookie, DropletCluster, DropletDiscovery, type DropletClusterArgs } from "../../components";
import { deploy } from "../../testing";

/** The least that a cluster of droplets asks for. */
export const least = {
  release: "demo",
  region: "fra1",
  image: "registry.example.com/demo:1",
  sshKeys: ["aa:bb"],
  discovery: DropletDiscovery.Dns,
  domain: "example.com",
} as const;

/** What the plugin would answer: the number at the end of a droplet's name is in its addresses. */
export function dropletOutputs(type: string, name: string): Record<string, unknown> {
  const number = name.split("-").at(-1) ?? "";
  switch (type) {
    case "digitalocean:index/droplet:Droplet":
      return {
        ipv4Address: `203.0.113.${number}`,
        ipv4AddressPrivate: `10.0.0.${number}`,
        ipv6Address: `2001:0DB8:0000:0000:0000:0000:0000:000${number}`,
      };
    case "digitalocean:index/loadBalancer:LoadBalancer":
      return { ip: "198.51.100.1" };
    case "digitalocean:index/reservedIp:ReservedIp":
      return { ipAddress: "198.51.100.2" };
    default:
      return {};
  }
}

/** Declares a cluster under mocks, with a cookie of its own. */
export const dropletCluster = (args: Partial<DropletClusterArgs> = {}, name = "demo") =>
  deploy(
    (options) => {
      const cookie = new Cookie("cookie", {}, options);
      return new DropletCluster(name, { ...least, cookie: cookie.value, ...args }, options);
    },
    { outputs: dropletOutputs },
  );

/** What cloud-init is told, as far as we use it. */
export interface CloudConfig {
  readonly package_update: boolean;
  readonly packages: readonly string[];
  readonly write_files: readonly {
    readonly path: string;
    readonly permissions: string;
    readonly content: string;
  }[];
  readonly runcmd: readonly (readonly string[])[];
}

/** Reads the user data of a droplet the way cloud-init does. */
export function parseCloudConfig(userData: unknown): CloudConfig {
  assert.ok(typeof userData === "string" && userData.startsWith("#cloud-config\n"), "no cloud-config");
  return yaml.parse(userData) as CloudConfig;
}
