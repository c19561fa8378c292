import * as pulumi from "@pulumi/pulumi";
import { DropletCluster, DropletDiscovery, type BeamCluster, type Cookie } from "../components";
import type { StackConfig } from "./config";

/** Nodes on droplets, which find each other by DNS, or by tag where the account has no domain. */
export function digitalocean({ cluster }: StackConfig, cookie: Cookie): BeamCluster {
  const config = new pulumi.Config();
  // Keys of Pulumi.yaml cannot be left without a value: an empty one stands for "not set".
  const given = (key: string) => config.get(`digitalocean${key}`) || undefined;
  const list = (key: string) => given(key)?.split(/[\s,]+/) ?? [];
  const { image, ...common } = cluster;
  const url = given("TarballUrl");
  const token = given("DiscoveryToken");
  return new DropletCluster("beam", {
    ...common,
    cookie: cookie.value,
    ...(url === undefined ? { image } : { tarball: { url, sha256: given("TarballSha256") ?? "" } }),
    region: config.require("digitaloceanRegion"),
    size: given("Size"),
    vpcUuid: given("Vpc"),
    discovery: token === undefined ? DropletDiscovery.Dns : DropletDiscovery.Tag,
    discoveryToken: token === undefined ? undefined : pulumi.secret(token),
    domain: token === undefined ? given("Domain") : undefined,
    sshKeys: list("SshKeys"),
    sshSources: list("SshSources"),
    httpSources: list("HttpSources"),
    loadBalancer: config.requireBoolean("digitaloceanLoadBalancer")
      ? { certificateName: given("Certificate"), stickySessions: true }
      : undefined,
  });
}
