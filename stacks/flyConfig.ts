import * as pulumi from "@pulumi/pulumi";
import type { FlyClusterArgs } from "../components";

/** Keys of Pulumi.yaml that begin with `fly`. An empty text or 0 stands for the component's default. */
export function flyConfig(config = new pulumi.Config()): Partial<FlyClusterArgs> {
  const text = (key: string) => config.require(key) || undefined;
  const number = (key: string) => config.requireNumber(key) || undefined;
  const regions = config.requireObject<string[]>("flyRegions");
  const volumePath = text("flyVolumePath");
  return {
    app: text("flyApp"),
    organization: text("flyOrganization"),
    network: text("flyNetwork"),
    regions: regions.length === 0 ? undefined : regions,
    guest: { cpus: number("flyCpus"), memoryMib: number("flyMemoryMib") },
    volume:
      volumePath === undefined
        ? undefined
        : { path: volumePath, sizeGib: config.requireNumber("flyVolumeGib") },
    releasePath: text("flyReleasePath"),
    published: config.requireBoolean("flyPublished"),
    hostnames: config.requireObject<string[]>("flyHostnames"),
    networkPolicy: config.requireBoolean("flyNetworkPolicy"),
    maxUnavailable: number("flyMaxUnavailable"),
    peerCheck: config.requireBoolean("flyPeerCheck"),
  };
}
