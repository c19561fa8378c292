import assert from "node:assert/strict";
import type { FargateClusterArgs } from "../../../components";
import { all, type Declared } from "../../../testing";
import { cluster } from "./support";

const logs = {
  Effect: "Allow",
  Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
  Resource: ["arn:aws:cloudwatch:eu-central-1:123456789012:web-logs:*"],
};
const parameter = (name: string) => `arn:aws:ssm:eu-central-1:123456789012:web-${name}`;
const read = (...names: string[]) => ({
  Effect: "Allow",
  Action: ["ssm:GetParameters"],
  Resource: names.map(parameter),
});
const key = "arn:aws:kms:eu-central-1:123456789012:key/k";

function policies(resources: readonly Declared[]): Record<string, unknown> {
  return Object.fromEntries(
    all(resources, "aws:iam/rolePolicy:RolePolicy").map(({ inputs }) => [
      String(inputs.role),
      JSON.parse(String(inputs.policy)) as unknown,
    ]),
  );
}

const exec = {
  Effect: "Allow",
  Action: [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
  ],
  Resource: ["*"],
};

describe("fargate roles", () => {
  const table: [string, Partial<FargateClusterArgs>, object[], object[] | undefined][] = [
    ["may log, read the cookie and be entered, and nothing more", {}, [logs, read("RELEASE_COOKIE")], [exec]],
    [
      "may read exactly its own secrets",
      { secrets: { A: "1", B: "2" } },
      [logs, read("A", "B", "RELEASE_COOKIE")],
      [exec],
    ],
    [
      "may decrypt with exactly the key that is given",
      { kmsKeyArn: key },
      [logs, read("RELEASE_COOKIE"), { Effect: "Allow", Action: ["kms:Decrypt"], Resource: [key] }],
      [exec],
    ],
    [
      "may pull from exactly the repository of the image",
      { image: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/my_app:1" },
      [
        logs,
        read("RELEASE_COOKIE"),
        { Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: ["*"] },
        {
          Effect: "Allow",
          Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          Resource: ["arn:aws:ecr:eu-central-1:123456789012:repository/team/my_app"],
        },
      ],
      [exec],
    ],
    [
      "may do nothing inside the task where ECS Exec is off",
      { enableExecuteCommand: false },
      [logs, read("RELEASE_COOKIE")],
      undefined,
    ],
  ];
  for (const [title, args, execution, task] of table) {
    it(title, async () => {
      const { resources } = await cluster(args);
      assert.deepEqual(policies(resources), {
        "web-execution-id": { Version: "2012-10-17", Statement: execution },
        ...(task === undefined ? {} : { "web-task-id": { Version: "2012-10-17", Statement: task } }),
      });
    });
  }

  it("are taken by tasks alone, and the task's own by those of this account", async () => {
    const { resources } = await cluster();
    const trust = all(resources, "aws:iam/role:Role").map(({ name, inputs }) => [
      name,
      JSON.parse(String(inputs.assumeRolePolicy)) as unknown,
    ]);
    const tasks = {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
    };
    const account = { Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } } };
    assert.deepEqual(trust, [
      ["web-execution", { Version: "2012-10-17", Statement: [tasks] }],
      ["web-task", { Version: "2012-10-17", Statement: [{ ...tasks, ...account }] }],
    ]);
  });
});
