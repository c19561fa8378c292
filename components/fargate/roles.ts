import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as iam from "@pulumi/aws/iam";
import type * as ssm from "@pulumi/aws/ssm";
import * as pulumi from "@pulumi/pulumi";
import { ecrRepositoryArn } from "./image";
import type { Scope } from "./scope";
import { assumedByTasks, execStatements, executionStatements, policy } from "./statements";

export interface Roles {
  /** What ECS does for a task before it runs. */
  readonly execution: iam.Role;
  /** What the release itself may do. */
  readonly task: iam.Role;
  /** Tasks do not start, and console sessions do not open, before these are in place. */
  readonly policies: readonly iam.RolePolicy[];
}

export interface RolesSpec {
  readonly image: pulumi.Output<string>;
  readonly parameters: ReadonlyMap<string, ssm.Parameter>;
  readonly logs: cloudwatch.LogGroup;
  readonly kmsKeyArn: pulumi.Input<string> | undefined;
  readonly exec: boolean;
}

/** Two roles, each with exactly what it needs. */
export function roles(spec: RolesSpec, { name, child, tags }: Scope): Roles {
  const account = getCallerIdentityOutput({}, { parent: child.parent }).accountId;
  const execution = new iam.Role(
    `${name}-execution`,
    {
      description: `ECS, on behalf of the tasks of ${name}`,
      assumeRolePolicy: pulumi.jsonStringify(assumedByTasks(undefined)),
      tags,
    },
    child,
  );
  const task = new iam.Role(
    `${name}-task`,
    {
      description: `Tasks of ${name}`,
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
      assumeRolePolicy: pulumi.jsonStringify(account.apply(assumedByTasks)),
      tags,
    },
    child,
  );
  const mayStart = new iam.RolePolicy(
    `${name}-execution`,
    { role: execution.id, policy: pulumi.jsonStringify(executionPolicy(spec)) },
    child,
  );
  if (!spec.exec) {
    return { execution, task, policies: [mayStart] };
  }
  const mayBeEntered = new iam.RolePolicy(
    `${name}-exec`,
    { role: task.id, policy: pulumi.jsonStringify(policy(execStatements)) },
    child,
  );
  return { execution, task, policies: [mayStart, mayBeEntered] };
}

function executionPolicy({ image, parameters, logs, kmsKeyArn }: RolesSpec): pulumi.Output<object> {
  return pulumi
    .output({
      logGroupArn: logs.arn,
      parameterArns: [...parameters.values()].map(({ arn }) => arn),
      kmsKeyArn,
      repositoryArn: image.apply(ecrRepositoryArn),
    })
    .apply((needs) => policy(executionStatements(needs)));
}
