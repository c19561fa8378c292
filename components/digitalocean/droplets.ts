import type * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import { canonical } from "./addressing";
import type { DropletClusterArgs } from "./args";
import type { Joined } from "./joined";
import type { DropletSpec } from "./spec";

/** What others may know of a droplet. */
export interface Identity {
  readonly droplet: digitalocean.Droplet;
  readonly id: pulumi.Output<string>;
  /** The address in the node's name. */
  readonly address: pulumi.Output<string>;
  readonly publicAddress: pulumi.Output<string>;
}

export interface RunningNode extends Identity {
  readonly joined: Joined;
}

export function identity(
  droplet: digitalocean.Droplet,
  { plan }: DropletSpec,
  data: pulumi.Output<string>,
): Identity {
  return {
    droplet,
    id: known(data, droplet.id),
    address: known(data, droplet[plan.output]).apply(canonical),
    publicAddress: known(data, droplet.ipv4Address),
  };
}

/**
 * An output of a droplet that fails where the droplet's user data does. By itself it would never settle, and the
 * SDK would wait for ever on whatever uses it instead of showing the mistake (seen with 3.248).
 */
function known(data: pulumi.Output<string>, output: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.all([pulumi.unsecret(data.apply(() => true)), output]).apply(([, value]) => value);
}

export const defaultSize = "s-1vcpu-1gb";

export function dropletArgs(
  spec: DropletSpec,
  args: DropletClusterArgs,
  data: pulumi.Output<string>,
): digitalocean.DropletArgs {
  const { region, size = defaultSize, os = "ubuntu-24-04-x64", vpcUuid, sshKeys, monitoring = true } = args;
  return {
    region,
    size,
    image: os,
    vpcUuid,
    ipv6: spec.ipv6,
    monitoring,
    sshKeys: [...sshKeys],
    tags: [spec.tag, ...(args.tags ?? [])],
    userData: data,
    // The node leaves its cluster in order before its droplet goes.
    gracefulShutdown: true,
  };
}

/** `nodes` is at least 1, which the types cannot know. */
export function firstOf(nodes: readonly RunningNode[]): RunningNode {
  const [first] = nodes;
  if (first === undefined) {
    throw new Error("a cluster has at least one node");
  }
  return first;
}
