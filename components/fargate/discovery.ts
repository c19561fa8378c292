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
  scope: Scope,
): Discovery {
  if (existing !== undefined) {
    return { namespace: undefined, service: registry(spec, existing.id, scope) };
  }
  const { name, child, tags } = scope;
  const namespace = new servicediscovery.PrivateDnsNamespace(
    `${name}-namespace`,
    { name: spec.namespace, vpc: vpcId, description: `Nodes of ${name}`, tags },
    child,
  );
  return { namespace, service: registry(spec, namespace.id, scope) };
}

function registry(
  { discoveryName }: FargateSpec,
  namespaceId: pulumi.Input<string>,
  { name, child, tags }: Scope,
): servicediscovery.Service {
  return new servicediscovery.Service(
    `${name}-discovery`,
    {
      name: discoveryName,
      description: `Addresses of the nodes of ${name}`,
      dnsConfig: {
        namespaceId,
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
}
