import { randomBytes } from "node:crypto";
import type { Properties } from "../../../provider/values";
import { mentions, type Cloud, type Held, type TypeTable } from "../../support/recorder/cloud";

const account = "eu-central-1:123456789012";
const serial = () => randomBytes(4).toString("hex");

/** What a type needs to be found: an id, and an ARN made of it. */
function found(service: string, kind: string): Pick<TypeTable, "id" | "outputs"> {
  return {
    id: () => `${kind}-${serial()}`,
    outputs: (id) => ({ arn: `arn:aws:${service}:${account}:${kind}/${id}` }),
  };
}

/** Says who still uses it, in AWS's words. */
function inUse(words: string, ...types: readonly string[]) {
  return (own: Held, others: readonly Held[]) => {
    const user = others.find(({ type, inputs, ...rest }) => {
      return types.some((end) => type.endsWith(end)) && mentions({ type, inputs, ...rest }, own);
    });
    return user === undefined ? undefined : `${words} (${user.name})`;
  };
}

/** Rules in the group itself go with it; anything else that names the group keeps it. */
function groupInUse(own: Held, others: readonly Held[]): string | undefined {
  const foreign = others.filter(({ inputs }) => inputs.securityGroupId !== own.id);
  return inUse(
    "DependencyViolation: resource has a dependent object",
    ":Service",
    "Rule",
    ":LoadBalancer",
  )(own, foreign);
}

/** ECS takes a target group only once a listener forwards to it. */
function listens(inputs: Properties, others: readonly Held[]): string | undefined {
  const heard = others
    .filter(({ type }) => type.endsWith(":Listener"))
    .map(({ inputs: own }) => JSON.stringify(own));
  const wanted = JSON.stringify(inputs.loadBalancers ?? []).match(/arn:[^"]*:targetgroup\/[^"]*/g) ?? [];
  return wanted.every((arn) => heard.some((listener) => listener.includes(arn)))
    ? undefined
    : "The target group does not have an associated load balancer";
}

/** Which fields replace is what the plugin's pages say of them. */
const types: Record<string, TypeTable> = {
  "aws:ecs/cluster:Cluster": {
    ...found("ecs", "cluster"),
    autoName: "name",
    replaces: ["name"],
    inUse: inUse("ClusterContainsServicesException", "ecs/service:Service"),
  },
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": { replaces: ["clusterName"] },
  "aws:ecs/taskDefinition:TaskDefinition": { ...found("ecs", "task-definition"), replaces: ["*"] },
  "aws:ecs/service:Service": {
    ...found("ecs", "service"),
    autoName: "name",
    replaces: ["name", "cluster", "launchType", "capacityProviderStrategies"],
    refuses: listens,
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    ...found("ec2", "security-group"),
    autoName: "name",
    replaces: ["name", "description", "vpcId"],
    inUse: groupInUse,
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    ...found("ec2", "security-group-rule"),
    replaces: ["securityGroupId"],
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
    ...found("ec2", "security-group-rule"),
    replaces: ["securityGroupId"],
  },
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": {
    ...found("servicediscovery", "namespace"),
    replaces: ["name", "vpc"],
    inUse: inUse("ResourceInUse: Namespace has associated services", "servicediscovery/service:Service"),
  },
  "aws:servicediscovery/service:Service": {
    ...found("servicediscovery", "service"),
    replaces: ["name", "dnsConfig", "healthCheckCustomConfig"],
    inUse: inUse("ResourceInUse: Service contains registered instances", "ecs/service:Service"),
  },
  "aws:ssm/parameter:Parameter": {
    id: () => `parameter-${serial()}`,
    outputs: (id, inputs, before) => ({
      arn: `arn:aws:ssm:${account}:parameter/${id}`,
      version: Number(before?.state.version ?? 0) + (before?.inputs.value === inputs.value ? 0 : 1),
    }),
    autoName: "name",
    replaces: ["name"],
  },
  "aws:cloudwatch/logGroup:LogGroup": { ...found("logs", "log-group"), autoName: "name", replaces: ["name"] },
  "aws:iam/role:Role": { ...found("iam", "role"), autoName: "name", replaces: ["name"] },
  "aws:iam/rolePolicy:RolePolicy": { id: () => `policy-${serial()}`, replaces: ["role"] },
  "aws:lb/loadBalancer:LoadBalancer": {
    id: () => `lb-${serial()}`,
    outputs: (id) => ({
      arn: `arn:aws:elasticloadbalancing:${account}:loadbalancer/${id}`,
      dnsName: `${id}.eu-central-1.elb.amazonaws.com`,
    }),
    autoName: "name",
    replaces: ["name", "internal"],
  },
  "aws:lb/targetGroup:TargetGroup": {
    ...found("elasticloadbalancing", "targetgroup"),
    autoName: "name",
    replaces: ["name", "port", "protocol", "vpcId", "targetType"],
    inUse: inUse("ResourceInUse: Target group is currently in use", ":Listener", "ecs/service:Service"),
  },
  "aws:lb/listener:Listener": { ...found("elasticloadbalancing", "listener"), replaces: ["loadBalancerArn"] },
  "aws:appautoscaling/target:Target": {
    ...found("application-autoscaling", "scalable-target"),
    replaces: ["resourceId", "scalableDimension", "serviceNamespace"],
  },
  "aws:appautoscaling/policy:Policy": {
    ...found("autoscaling", "scalingPolicy"),
    replaces: ["resourceId", "scalableDimension", "serviceNamespace"],
  },
};

/** AWS, as far as a cluster on Fargate meets it. */
export const cloud: Cloud = {
  types,
  invokes: {
    "aws:index/getRegion:getRegion": () => ({ id: "eu-central-1", region: "eu-central-1" }),
    "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId: "123456789012" }),
    "aws:ec2/getVpc:getVpc": () => ({ id: "vpc-default" }),
    "aws:ec2/getSubnet:getSubnet": () => ({ vpcId: "vpc-default" }),
    "aws:ec2/getSubnets:getSubnets": () => ({
      ids: ["subnet-b", "subnet-a"].sort(() => Math.random() - 0.5),
    }),
  },
};
