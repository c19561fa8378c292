import * as appautoscaling from "@pulumi/aws/appautoscaling";
import * as ecs from "@pulumi/aws/ecs";
import * as pulumi from "@pulumi/pulumi";
import { deploymentPercents, steadyStateMinutes } from "./deployment";
import type { Network } from "./network";
import type { Scope } from "./scope";
import type { FargateSpec } from "./spec";

export interface ServiceSpec {
  readonly spec: FargateSpec;
  readonly cluster: pulumi.Input<string>;
  readonly taskDefinitionArn: pulumi.Output<string>;
  readonly network: Network;
  readonly assignPublicIp: boolean;
  readonly securityGroupId: pulumi.Output<string>;
  /** Service of Cloud Map in which each task is registered. */
  readonly registryArn: pulumi.Output<string>;
  readonly targetGroupArn: pulumi.Input<string> | undefined;
  /** What must be there before tasks start, and until the last has stopped. */
  readonly after: readonly pulumi.Resource[];
}

/** Keeps the nodes running, and rolls them out with a way back. */
export function service(given: ServiceSpec, { name, child, tags }: Scope): ecs.Service {
  const { spec, network } = given;
  const { minimumHealthyPercent, maximumPercent } = deploymentPercents(spec.cluster.nodes);
  const wait = `${steadyStateMinutes}m`;
  return new ecs.Service(
    `${name}-service`,
    {
      cluster: given.cluster,
      taskDefinition: given.taskDefinitionArn,
      desiredCount: spec.cluster.nodes,
      ...(spec.strategies === undefined
        ? { launchType: "FARGATE" }
        : { capacityProviderStrategies: [...spec.strategies] }),
      networkConfiguration: {
        subnets: network.subnetIds,
        securityGroups: [given.securityGroupId],
        assignPublicIp: given.assignPublicIp,
      },
      serviceRegistries: { registryArn: given.registryArn },
      ...(given.targetGroupArn === undefined || spec.cluster.http === undefined
        ? {}
        : {
            loadBalancers: [
              {
                targetGroupArn: given.targetGroupArn,
                containerName: spec.cluster.release,
                containerPort: spec.cluster.http.port,
              },
            ],
          }),
      enableExecuteCommand: spec.exec,
      healthCheckGracePeriodSeconds: spec.gracePeriodSeconds,
      deploymentMinimumHealthyPercent: minimumHealthyPercent,
      deploymentMaximumPercent: maximumPercent,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      waitForSteadyState: true,
      propagateTags: "SERVICE",
      enableEcsManagedTags: true,
      tags,
    },
    {
      ...child,
      dependsOn: [...given.after],
      ignoreChanges: spec.autoscaling === undefined ? [] : ["desiredCount"],
      customTimeouts: { create: wait, update: wait },
    },
  );
}

/** Adds and removes nodes so that the mean CPU stays near its aim; leaves slowly, as each leave moves state. */
export function autoscale(
  cluster: pulumi.Input<string>,
  service: ecs.Service,
  { cluster: { nodes }, autoscaling }: FargateSpec,
  { name, child, tags }: Scope,
): appautoscaling.Target | undefined {
  if (autoscaling === undefined) {
    return undefined;
  }
  // An ARN ends with the name.
  const clusterName = pulumi.output(cluster).apply((id) => id.slice(id.lastIndexOf("/") + 1));
  const target = new appautoscaling.Target(
    `${name}-nodes`,
    {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: pulumi.interpolate`service/${clusterName}/${service.name}`,
      minCapacity: nodes,
      maxCapacity: autoscaling.maxNodes,
      tags,
    },
    child,
  );
  new appautoscaling.Policy(
    `${name}-cpu`,
    {
      policyType: "TargetTrackingScaling",
      serviceNamespace: target.serviceNamespace,
      scalableDimension: target.scalableDimension,
      resourceId: target.resourceId,
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
        targetValue: autoscaling.cpuPercent,
        scaleOutCooldown: 60,
        scaleInCooldown: 300,
      },
    },
    child,
  );
  return target;
}
