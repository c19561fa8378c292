import type * as pulumi from "@pulumi/pulumi";
import type * as digitalocean from "@pulumi/digitalocean";
import { show } from "../beam/portPolicy";
import type { Inbound, Outbound } from "./rules";

/** Rules as the plugin takes them. */
export function firewallArgs(
  tag: string,
  rules: { readonly inbound: readonly Inbound[]; readonly outbound: readonly Outbound[] },
  loadBalancer?: pulumi.Input<string>,
): digitalocean.FirewallArgs {
  return {
    // Bound to the tag, never to droplets: a firewall takes ten droplets, and a tag covers one as it is created.
    tags: [tag],
    inboundRules: rules.inbound.map(({ protocol, ports, end }) => ({
      protocol,
      portRange: show(ports),
      ...("tags" in end
        ? { sourceTags: [...end.tags] }
        : "addresses" in end
          ? { sourceAddresses: [...end.addresses] }
          : { sourceLoadBalancerUids: loadBalancer === undefined ? [] : [loadBalancer] }),
    })),
    outboundRules: rules.outbound.map(({ protocol, ports, end }) => ({
      protocol,
      portRange: show(ports),
      ...("tags" in end ? { destinationTags: [...end.tags] } : { destinationAddresses: [...end.addresses] }),
    })),
  };
}
