import { Cookie, FargateCluster, type FargateClusterArgs } from "../../../components";
import type { ContainerDefinition } from "../../../components/fargate/containerDefinition";
import { deploy, one, type Answers, type Declared, type Deployed } from "../../../testing";

/** What AWS would add and answer. */
export const aws: Answers = {
  outputs: (type, name) => ({
    arn: `arn:aws:${type.split(":")[1]?.split("/")[0] ?? ""}:eu-central-1:123456789012:${name}`,
    name: `${name}-0000000`,
    ...(type === "aws:ssm/parameter:Parameter" ? { version: 1 } : {}),
    ...(type === "aws:lb/loadBalancer:LoadBalancer" ? { dnsName: "lb.example.com" } : {}),
  }),
  calls: {
    "aws:index/getRegion:getRegion": () => ({ region: "eu-central-1" }),
    "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId: "123456789012" }),
    "aws:ec2/getVpc:getVpc": () => ({ id: "vpc-default" }),
    "aws:ec2/getSubnet:getSubnet": () => ({ vpcId: "vpc-1" }),
    "aws:ec2/getSubnets:getSubnets": () => ({ ids: ["subnet-b", "subnet-a"] }),
  },
};

export const image = "registry.example.com/my_app:1.2.3";

/** A cluster under mocks, with whatever a test is about. */
export function cluster(args: Partial<FargateClusterArgs> = {}): Promise<Deployed<FargateCluster>> {
  return deploy((options) => {
    const cookie = new Cookie("cookie", {}, options);
    return new FargateCluster(
      "web",
      { release: "my_app", image, cookie: cookie.value, assignPublicIp: true, ...args },
      options,
    );
  }, aws);
}

/** The one container of the one task. */
export function container(resources: readonly Declared[]): ContainerDefinition {
  const { inputs } = one(resources, "aws:ecs/taskDefinition:TaskDefinition");
  const [first] = JSON.parse(String(inputs.containerDefinitions)) as ContainerDefinition[];
  if (first === undefined) {
    throw new Error("the task has no container");
  }
  return first;
}
