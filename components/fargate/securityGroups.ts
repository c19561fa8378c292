import * as ec2 from "@pulumi/aws/ec2";
import * as vpc from "@pulumi/aws/vpc";
import type * as pulumi from "@pulumi/pulumi";
import type { FargateClusterArgs } from "./args";
import { rules, type Group, type Rule } from "./rules";
import type { Scope } from "./scope";
import type { FargateSpec } from "./spec";

export type RuleResource = vpc.SecurityGroupIngressRule | vpc.SecurityGroupEgressRule;

/** A group without rules: what is not opened by a rule of ours stays closed. */
export function securityGroup(
  suffix: string,
  description: string,
  vpcId: pulumi.Output<string>,
  { name, child, tags }: Scope,
): ec2.SecurityGroup {
  return new ec2.SecurityGroup(`${name}-${suffix}`, { description, vpcId, tags }, child);
}

/** Declares every rule of a cluster. `visitors` is the group of its load balancer, whosesoever that is. */
export function openings(
  args: FargateClusterArgs,
  spec: FargateSpec,
  nodes: pulumi.Output<string>,
  visitors: pulumi.Input<string> | undefined,
  scope: Scope,
): readonly RuleResource[] {
  const ids = new Map<Group, pulumi.Input<string>>([["nodes", nodes]]);
  for (const { name, securityGroupId } of args.peers ?? []) {
    ids.set(`peer:${name}`, securityGroupId);
  }
  if (visitors !== undefined) {
    ids.set("loadBalancer", visitors);
  }
  const { ports, http } = spec.cluster;
  const visited = http !== undefined && visitors !== undefined;
  const declared = rules({
    cluster: scope.name,
    ports,
    peers: spec.peers,
    egress: spec.egress,
    http: visited ? { port: http.port, ownLoadBalancer: spec.loadBalancer } : undefined,
  });
  return declareRules(declared, ids, scope);
}

/** One resource a rule, so that a preview shows each, and rules of other stacks may stand beside them. */
function declareRules(
  all: readonly Rule[],
  ids: ReadonlyMap<Group, pulumi.Input<string>>,
  { name, child, tags }: Scope,
): readonly RuleResource[] {
  const groupId = (group: Group) => {
    const id = ids.get(group);
    if (id === undefined) {
      throw new Error(`a rule speaks of ${group}, for which there is no group`);
    }
    return id;
  };
  return all.map(({ key, direction, of, other, first, last, description }) => {
    const args = {
      securityGroupId: groupId(of),
      ipProtocol: "tcp",
      fromPort: first,
      toPort: last,
      description,
      tags,
      ...("group" in other ? { referencedSecurityGroupId: groupId(other.group) } : other),
    };
    return direction === "ingress"
      ? new vpc.SecurityGroupIngressRule(`${name}-${key}`, args, child)
      : new vpc.SecurityGroupEgressRule(`${name}-${key}`, args, child);
  });
}
