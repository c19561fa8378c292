import * as ecs from "@pulumi/aws/ecs";
import type * as ssm from "@pulumi/aws/ssm";
import * as pulumi from "@pulumi/pulumi";
import { bootScript } from "../beam/bootScript";
import { taskAddress } from "./address";
import { containerDefinition } from "./containerDefinition";
import type { Roles } from "./roles";
import type { Scope } from "./scope";
import { references } from "./secrets";
import type { FargateSpec } from "./spec";

export interface TaskSpec {
  readonly spec: FargateSpec;
  readonly image: pulumi.Output<string>;
  readonly nodeBasename: pulumi.Output<string>;
  readonly parameters: ReadonlyMap<string, ssm.Parameter>;
  readonly logGroup: pulumi.Output<string>;
  readonly region: pulumi.Output<string>;
  readonly roles: Roles;
}

/** One node: its container, its size, and who it is to AWS. Each change makes a new revision. */
export function taskDefinition(given: TaskSpec, { name, child, tags }: Scope): ecs.TaskDefinition {
  const { spec, roles } = given;
  const boot = given.nodeBasename.apply((basename) =>
    bootScript({
      basename,
      ports: spec.cluster.ports,
      family: "ipv4",
      address: taskAddress,
      dnsQuery: spec.queries.join(","),
    }),
  );
  const container = pulumi
    .output({
      image: given.image,
      boot,
      env: spec.cluster.env,
      secrets: references(given.parameters),
      logGroup: given.logGroup,
      region: given.region,
    })
    .apply((known) => containerDefinition({ ...spec, ...known }));
  return new ecs.TaskDefinition(
    `${name}-task`,
    {
      family: spec.family,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(spec.size.cpu),
      memory: String(spec.size.memoryMiB),
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: spec.cpuArchitecture },
      executionRoleArn: roles.execution.arn,
      taskRoleArn: roles.task.arn,
      containerDefinitions: pulumi.jsonStringify([container]),
      tags,
    },
    child,
  );
}
