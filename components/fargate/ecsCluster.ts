import * as ecs from "@pulumi/aws/ecs";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "./scope";

export interface EcsCluster {
  /** Name or ARN. */
  readonly id: pulumi.Output<string>;
  /** What must be there before services are. */
  readonly after: readonly pulumi.Resource[];
}

/** The ECS cluster as given, else one of its own, which knows Fargate and Fargate Spot. */
export function ecsCluster(
  existing: pulumi.Input<string> | undefined,
  { name, child, tags }: Scope,
): EcsCluster {
  if (existing !== undefined) {
    return { id: pulumi.output(existing), after: [] };
  }
  const cluster = new ecs.Cluster(`${name}-cluster`, { tags }, child);
  const providers = new ecs.ClusterCapacityProviders(
    `${name}-capacity`,
    { clusterName: cluster.name, capacityProviders: ["FARGATE", "FARGATE_SPOT"] },
    child,
  );
  return { id: cluster.arn, after: [providers] };
}
