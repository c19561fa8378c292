import assert from "node:assert/strict";
import { fargateNodes, type Aws } from "../../../cli/fargate";
import { isWhole } from "../../../cli/nodeStatus";

const resource = {
  type: "beam:index:FargateCluster",
  outputs: {
    nodeBasename: "my_app",
    exec: {
      region: "eu-central-1",
      cluster: "arn:cluster",
      service: "web-service",
      container: "my_app",
      releasePath: "/app",
    },
  },
};
const task = (number: number, lastStatus = "RUNNING") => ({
  taskArn: `arn:task/${number}`,
  lastStatus,
  attachments: [{ details: [{ name: "privateIPv4Address", value: `10.0.0.${number}` }] }],
});

/** The AWS CLI, answering for some tasks and the peers each sees. */
function aws(
  tasks: readonly object[],
  peers: Record<string, string | undefined>,
  calls: string[][] = [],
): Aws {
  return (args) => {
    calls.push([...args]);
    const verb = args[1] ?? "";
    if (verb === "list-tasks") {
      return Promise.resolve(JSON.stringify({ taskArns: tasks.map((_, index) => `arn:task/${index + 1}`) }));
    }
    if (verb === "describe-tasks") {
      return Promise.resolve(JSON.stringify({ tasks }));
    }
    const seen = peers[args[args.indexOf("--task") + 1] ?? ""];
    return seen === undefined
      ? Promise.reject(new Error("TargetNotConnectedException"))
      : Promise.resolve(
          `\r\nStarting session with SessionId: ecs-execute-command-0\r\nbeam-peers:${seen}\r\n\r\nExiting session\r\n`,
        );
  };
}

describe("fargate status", () => {
  it("asks each running task what it sees, through the boot script", async () => {
    const calls: string[][] = [];
    const nodes = await fargateNodes(
      [resource, { type: "aws:ecs/service:Service", outputs: {} }],
      aws([task(1), task(2)], { "arn:task/1": " my_app@10.0.0.2", "arn:task/2": " my_app@10.0.0.1" }, calls),
    );
    assert.deepEqual(nodes, [
      { node: "my_app@10.0.0.1", address: "10.0.0.1", state: "running", peers: ["my_app@10.0.0.2"] },
      { node: "my_app@10.0.0.2", address: "10.0.0.2", state: "running", peers: ["my_app@10.0.0.1"] },
    ]);
    assert.equal(isWhole(nodes), true);
    assert.deepEqual(calls.map((call) => call.join(" ")).slice(0, 3), [
      "ecs list-tasks --service-name web-service --region eu-central-1 --cluster arn:cluster --output json",
      "ecs describe-tasks --tasks arn:task/1 arn:task/2 --region eu-central-1 --cluster arn:cluster --output json",
      "ecs execute-command --region eu-central-1 --cluster arn:cluster --task arn:task/1 --container my_app --interactive --command " +
        `sh -c 'eval "$BEAM_BOOT"' beam /app/bin/my_app rpc 'IO.puts(Enum.join(["beam-peers:" | Node.list()], " "))'`,
    ]);
  });

  it("tells a node that does not answer from one that is not up yet", async () => {
    const nodes = await fargateNodes([resource], aws([task(1), task(2, "PENDING")], {}));
    assert.deepEqual(
      nodes.map(({ node, state, peers }) => [node, state, peers]),
      [
        ["my_app@10.0.0.1", "unreachable", []],
        ["my_app@10.0.0.2", "stopped", []],
      ],
    );
    assert.equal(isWhole(nodes), false);
  });

  it("finds no nodes where there are no tasks, and asks nothing where there is no cluster", async () => {
    assert.deepEqual(await fargateNodes([resource], aws([], {})), []);
    const calls: string[][] = [];
    assert.deepEqual(await fargateNodes([{ type: "beam:local:Node", outputs: {} }], aws([], {}, calls)), []);
    assert.deepEqual(calls, []);
  });
});
