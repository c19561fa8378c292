import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { Cookie, FargateCluster, type CookieArgs, type FargateClusterArgs } from "../../components";
import { fargateNodes, type Aws } from "../../cli/fargate";
import type { StateResource } from "../../cli/nodeStatus";
import type { ContainerDefinition } from "../../components/fargate/containerDefinition";
import { withCloud, withStackOn, type RecordedCloud } from "../support/recorder";
import { withStack, type StackUnderTest } from "../support/withStack";

const aws = { plugin: "aws", table: require.resolve("./fargate/cloud") } as const;

interface Wanted extends Partial<FargateClusterArgs> {
  readonly cookieArgs?: CookieArgs;
}

const program =
  ({ cookieArgs, ...args }: Wanted = {}, name = "web") =>
  (): Promise<Record<string, pulumi.Output<string>>> => {
    const cookie = new Cookie("cookie", cookieArgs);
    const cluster = new FargateCluster(name, {
      release: "my_app",
      image: "registry.example.com/my_app:1",
      cookie: cookie.value,
      assignPublicIp: true,
      http: { port: 4000, healthCheckPath: "/health" },
      ...args,
    });
    return Promise.resolve({
      cookie: cookie.value,
      remoteConsole: cluster.remoteConsole,
      url: cluster.url,
      group: cluster.securityGroup.id,
      dnsQuery: cluster.dnsQuery,
    });
  };

const container = (cloud: RecordedCloud) => {
  const { inputs } = cloud.one("aws:ecs/taskDefinition:TaskDefinition");
  const [first] = JSON.parse(inputs.containerDefinitions as string) as ContainerDefinition[];
  return first;
};
const deletions = (cloud: RecordedCloud) => cloud.changes().filter((change) => change.startsWith("delete"));
const output = async (stack: StackUnderTest, name: string) => String((await stack.outputs())[name]?.value);

async function resourcesOf(stack: StackUnderTest): Promise<readonly StateResource[]> {
  const { resources } = (await stack.stack.exportStack()).deployment as {
    resources: Partial<StateResource>[];
  };
  return resources.map(({ type = "", outputs = {} }) => ({ type, outputs }));
}

/** The AWS CLI on a service with one running task. */
const oneTask: Aws = (args) => {
  assert.ok(
    args.includes("eu-central-1") && args.some((one) => one.includes(":cluster/cluster-")),
    args.join(" "),
  );
  const details = [{ name: "privateIPv4Address", value: "10.0.0.1" }];
  const tasks = [{ taskArn: "arn:task/1", lastStatus: "RUNNING", attachments: [{ details }] }];
  return Promise.resolve(
    args[1] === "execute-command" ? "beam-peers:" : JSON.stringify({ taskArns: ["arn:task/1"], tasks }),
  );
};

function before(order: readonly string[], first: string, second: string): void {
  const [one, other] = [order.indexOf(first), order.indexOf(second)];
  assert.ok(one >= 0 && other >= 0 && one < other, `${first} is not before ${second} in ${order.join(", ")}`);
}

describe("fargate cluster on the engine", function () {
  this.timeout(180_000);

  it("comes up, changes nothing the second time, and leaves nothing behind", () =>
    withStackOn(aws, async (stack, cloud) => {
      const wanted = program({ loadBalancer: { allowFrom: ["10.0.0.0/8"] }, autoscaling: { maxNodes: 4 } });
      await stack.up(wanted);
      assert.deepEqual(await stack.preview(wanted), {});
      assert.deepEqual(await stack.up(wanted), {});
      assert.deepEqual(await stack.refresh(), {});
      assert.match(await output(stack, "url"), /^http:\/\/lb-[0-9a-f]+\.eu-central-1\.elb\.amazonaws\.com$/);
      assert.match(
        await output(stack, "remoteConsole"),
        /^aws ecs execute-command --region eu-central-1 --cluster arn:aws:ecs:eu-central-1:123456789012:cluster\/cluster-[0-9a-f]+ --task "\$\(aws ecs list-tasks .* --service-name web-service-[0-9a-f]+ /,
      );
      assert.doesNotMatch(stack.printed(), /warning: .*(default VPC|at most)/);
      assert.deepEqual(await fargateNodes(await resourcesOf(stack), oneTask), [
        { node: "my_app@10.0.0.1", address: "10.0.0.1", state: "running", peers: [] },
      ]);
      cloud.changes();
      await stack.destroy();
      assert.deepEqual(await stack.held(), []);
      assert.deepEqual(cloud.held(), []);

      const order = deletions(cloud);
      before(order, "delete Service web-service", "delete Service web-discovery");
      before(order, "delete Service web-discovery", "delete PrivateDnsNamespace web-namespace");
      before(order, "delete Service web-service", "delete SecurityGroupIngressRule web-distribution-in");
      before(order, "delete Service web-service", "delete RolePolicy web-execution");
      before(order, "delete Service web-service", "delete ClusterCapacityProviders web-capacity");
      before(order, "delete Service web-service", "delete Listener web-http");
    }));

  it("shows its cookie in no output of the run, in no state and in nothing but its parameter", () =>
    withStackOn(aws, async (stack, cloud) => {
      await stack.up(program({ secrets: { API_KEY: "a-very-secret-key" } }));
      const cookie = await output(stack, "cookie");
      assert.match(cookie, /^[A-Za-z0-9]{54}$/);
      assert.equal((await stack.outputs()).cookie?.secret, true);
      await stack.preview(
        program({ secrets: { API_KEY: "a-very-secret-key" }, cookieArgs: { generation: 2 } }),
      );
      for (const secret of [cookie, "a-very-secret-key"]) {
        assert.equal(stack.printed().includes(secret), false);
        assert.equal(stack.stateOnDisk().includes(secret), false);
        const holding = cloud.held().filter(({ inputs }) => JSON.stringify(inputs).includes(secret));
        assert.deepEqual(
          holding.map(({ type, secrets }) => [type, secrets]),
          [["aws:ssm/parameter:Parameter", ["value"]]],
        );
      }
    }));

  it("changes the service alone for more nodes, and with a new task definition for an image, a cookie or a secret", () =>
    withStackOn(aws, async (stack, cloud) => {
      const newRevision = [
        "create TaskDefinition web-task",
        "update Service web-service",
        "delete TaskDefinition web-task",
      ];
      let wanted: Wanted = { nodes: 2, secrets: { API_KEY: "one" } };
      await stack.up(program(wanted));
      const cookie = await output(stack, "cookie");
      cloud.changes();

      wanted = { ...wanted, nodes: 5 };
      assert.deepEqual(await stack.up(program(wanted)), { update: 1 });
      assert.deepEqual(cloud.changes(), ["update Service web-service"]);
      assert.equal(cloud.one("aws:ecs/service:Service").inputs.desiredCount, 5);

      wanted = { ...wanted, image: "registry.example.com/my_app:2" };
      await stack.up(program(wanted));
      assert.deepEqual(cloud.changes(), newRevision);
      assert.equal(container(cloud)?.image, "registry.example.com/my_app:2");

      wanted = { ...wanted, cookieArgs: { generation: 2 } };
      await stack.up(program(wanted));
      assert.notEqual(await output(stack, "cookie"), cookie);
      assert.deepEqual(cloud.changes(), ["update Parameter web-RELEASE_COOKIE", ...newRevision]);

      wanted = { ...wanted, secrets: { API_KEY: "two" } };
      await stack.up(program(wanted));
      assert.deepEqual(cloud.changes(), ["update Parameter web-API_KEY", ...newRevision]);
      assert.deepEqual(container(cloud)?.dockerLabels, {
        "pulumi-beam.secrets": "API_KEY=2 RELEASE_COOKIE=2",
      });
    }));

  it("leaves the number of nodes alone where autoscaling has changed it", () =>
    withStackOn(aws, async (stack, cloud) => {
      const wanted = { nodes: 2, autoscaling: { maxNodes: 6 } };
      await stack.up(program(wanted));
      cloud.alter(cloud.one("aws:ecs/service:Service"), { desiredCount: 4 });
      await stack.refresh();
      assert.deepEqual(await stack.up(program(wanted)), {});
      await stack.up(program({ ...wanted, image: "registry.example.com/my_app:2" }));
      assert.equal(cloud.one("aws:ecs/service:Service").inputs.desiredCount, 4);
    }));

  it("keeps the release's task definition and says so where a deployment fails, and goes on once it is mended", () =>
    withStackOn(aws, async (stack, cloud) => {
      await stack.up(program());
      const message = "deployment failed: tasks failed to start; rolled back";
      cloud.faults({ name: "web-service", operation: "update", message });
      await assert.rejects(stack.up(program({ image: "registry.example.com/my_app:2" })), /rolled back/);
      assert.equal(cloud.all("aws:ecs/taskDefinition:TaskDefinition").length, 2);
      cloud.faults();
      await stack.up(program({ image: "registry.example.com/my_app:3" }));
      assert.equal(container(cloud)?.image, "registry.example.com/my_app:3");
    }));

  it("puts back a rule that somebody removed or widened", () =>
    withStackOn(aws, async (stack, cloud) => {
      await stack.up(program());
      const ingress = cloud.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
      const [epmd, distribution] = ["web-epmd-in", "web-distribution-in"].map((name) =>
        ingress.find((one) => one.name === name),
      );
      assert.ok(epmd !== undefined && distribution !== undefined);
      cloud.remove(epmd);
      cloud.alter(distribution, { toPort: 65_535 });
      await stack.refresh();
      assert.deepEqual(await stack.up(program()), { create: 1, update: 1 });
      assert.deepEqual(
        cloud
          .all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
          .map(({ inputs }) => [inputs.fromPort, inputs.toPort])
          .sort(),
        [
          [4369, 4369],
          [9000, 9010],
        ],
      );
    }));

  it("opens peers to each other from one of two stacks, and closes them again", () =>
    withCloud(aws, (cloud) =>
      withStack(
        async (web) => {
          await web.up(program({ namespace: "prod.internal" }));
          const group = await output(web, "group");
          const namespace = cloud.one("aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace");
          const rulesOf = () => cloud.held().filter(({ type }) => type.endsWith("Rule")).length;
          const alone = rulesOf();
          await withStack(
            async (worker) => {
              const args = {
                release: "worker",
                existingNamespace: { id: namespace.id, name: "prod.internal" },
                peers: [{ name: "web", securityGroupId: group }],
              };
              await worker.up(program(args, "worker"));
              assert.equal(await output(worker, "dnsQuery"), "worker.prod.internal");
              const inWeb = cloud
                .held()
                .filter(({ name, inputs }) => inputs.securityGroupId === group && name.startsWith("worker-"));
              assert.deepEqual(inWeb.map(({ name }) => name).sort(), [
                "worker-distribution-into-web",
                "worker-distribution-out-of-web",
                "worker-epmd-into-web",
                "worker-epmd-out-of-web",
              ]);
            },
            { cloud },
          );
          assert.equal(rulesOf(), alone);
          assert.deepEqual(await web.preview(program({ namespace: "prod.internal" })), {});
        },
        { cloud },
      ),
    ));

  it("warns at preview of what one DNS answer cannot hold, and of a default VPC without a way out", () =>
    withStackOn(aws, async (stack) => {
      await stack.preview(program({ nodes: 8, assignPublicIp: false }));
      assert.match(stack.printed(), /warning: the subnets of a default VPC have no way out/);
      assert.doesNotMatch(stack.printed(), /answers with at most/);
      await stack.preview(program({ nodes: 9 }));
      assert.match(stack.printed(), /warning: my-app\.web-test\.internal answers with at most 8 of 9 nodes/);
      await stack.preview(program({ nodes: 2, autoscaling: { maxNodes: 12 } }));
      assert.match(stack.printed(), /answers with at most 8 of 12 nodes/);
    }));

  it("refuses subnets of another VPC at preview, before anything is made", () =>
    withStackOn(aws, async (stack, cloud) => {
      await assert.rejects(
        stack.preview(program({ vpcId: "vpc-default", subnetIds: ["subnet-a", "subnet-z"] })),
        /subnetIds is "subnet-z"; allowed is subnets of vpc-default/,
      );
      assert.deepEqual(cloud.held(), []);
    }));
});
