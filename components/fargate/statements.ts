/** One statement of an IAM policy. */
export interface Statement {
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

export interface ExecutionNeeds {
  readonly logGroupArn: string;
  /** Parameters with the cookie and the other secrets. */
  readonly parameterArns: readonly string[];
  /** The customer managed key they are encrypted with; none where it is the account's own for SSM. */
  readonly kmsKeyArn: string | undefined;
  /** Where the image lies, if in ECR. */
  readonly repositoryArn: string | undefined;
}

/** What ECS may do on behalf of a task before its containers run. */
export function executionStatements(needs: ExecutionNeeds): readonly Statement[] {
  return [
    allow(["logs:CreateLogStream", "logs:PutLogEvents"], [`${needs.logGroupArn}:*`]),
    allow(["ssm:GetParameters"], needs.parameterArns),
    // Decrypting with the account's own key for SSM needs no statement; with another it does:
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    ...(needs.kmsKeyArn === undefined ? [] : [allow(["kms:Decrypt"], [needs.kmsKeyArn])]),
    ...(needs.repositoryArn === undefined
      ? []
      : [
          // The one action of ECR that knows no resource.
          allow(["ecr:GetAuthorizationToken"], ["*"]),
          allow(
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            [needs.repositoryArn],
          ),
        ]),
  ];
}

/** What ECS Exec needs inside the task; none of these actions knows a resource. */
export const execStatements: readonly Statement[] = [
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions
  allow(
    [
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ],
    ["*"],
  ),
];

/** Lets the tasks of one account, and nobody else on their behalf, take a role. */
export function assumedByTasks(accountId: string | undefined): object {
  const condition =
    accountId === undefined ? {} : { Condition: { StringEquals: { "aws:SourceAccount": accountId } } };
  return policy([
    {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
      ...condition,
    },
  ]);
}

export function policy(statements: readonly object[]): object {
  return { Version: "2012-10-17", Statement: statements };
}

function allow(Action: readonly string[], Resource: readonly string[]): Statement {
  return { Effect: "Allow", Action, Resource };
}
