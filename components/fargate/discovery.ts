import * as servicediscovery from "@pulumi/aws/servicediscovery";
import type * as pulumi from "@pulumi/pulumi";
import type { FargateClusterArgs } from "./args";
import type { Scope } from "./scope";
import type { FargateSpec } from "./spec";

export interface Discovery {
  /** None where the namespace was there before. */
  readonly namespace: servicediscovery.PrivateDnsNamespace | undefined;
  readonly service: servicediscovery.Service;
}

/** A name in a private DNS namespace behind which the addresses of all nodes stand. */
export function discovery(
  spec: FargateSpec,
  existing: FargateClusterArgs["existingNamespace"],
  vpcId: pulumi.Output<string>,
  { name, child, tags }: Scope,
): Discovery {
  const namespace =
    spec.newNamespace === undefined
      ? undefined
      : new servicediscovery.PrivateDnsNamespace(
          `${name}-namespace`,
          { name: spec.newNamespace, vpc: vpcId, description: `Nodes of ${name}`, tags },
          child,
        );
  const service = new servicediscovery.Service(
    `${name}-discovery`,
    {
      name: spec.discoveryName,
      description: `Addresses of the nodes of ${name}`,
      dnsConfig: {
        namespaceId: namespace?.id ?? existing?.id ?? "",
        dnsRecords: [{ type: "A", ttl: 10 }],
        routingPolicy: "MULTIVALUE",
      },
      // Lets ECS take unhealthy nodes out of the answers. The plugin sees an empty block, or another threshold, as a
      // change on every run, and replaces the service: https://github.com/hashicorp/terraform-provider-aws/issues/44285
      healthCheckCustomConfig: { failureThreshold: 1 },
      // Whatever is still registered goes with it; the namespace could not be deleted otherwise.
      forceDestroy: true,
      tags,
    },
    { ...child, ignoreChanges: ["healthCheckCustomConfig"] },
  );
  return { namespace, service };
}
