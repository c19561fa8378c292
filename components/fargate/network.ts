import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import { misuse } from "../beam/misuse";
import type { FargateClusterArgs } from "./args";

/** Where the nodes live. */
export interface Network {
  readonly vpcId: pulumi.Output<string>;
  readonly subnetIds: pulumi.Output<string[]>;
}

/** The network as given, once it is known to fit together; else the account's default one. */
export function network({ vpcId, subnetIds }: FargateClusterArgs, child: pulumi.InvokeOptions): Network {
  if (subnetIds === undefined) {
    const vpc = ec2.getVpcOutput({ default: true }, child);
    return { vpcId: vpc.id, subnetIds: subnetsOf(vpc.id, child) };
  }
  const given = pulumi.output(subnetIds);
  const vpc =
    vpcId === undefined
      ? ec2.getSubnetOutput({ id: given.apply(([first = ""]) => first) }, child).vpcId
      : pulumi.output(vpcId);
  // Asks only once the subnets are there, as they may be made by the same program.
  const known = pulumi.all([vpc, given]).apply(([id]) => id);
  const checked = pulumi.all([vpc, given, subnetsOf(known, child)]).apply(async ([id, wanted, existing]) => {
    const problem = foreignSubnets(id, wanted, existing);
    if (problem !== undefined) {
      // An output that failed would leave its dependents, and an inline program of the Automation API, waiting for ever.
      await pulumi.log.error(problem, child.parent);
    }
    return { id, wanted };
  });
  return { vpcId: checked.apply(({ id }) => id), subnetIds: checked.apply(({ wanted }) => wanted) };
}

/** What is wrong with subnets of another VPC; a preview fails with it. */
export function foreignSubnets(
  vpcId: string,
  wanted: readonly string[],
  existing: readonly string[],
): string | undefined {
  const strangers = wanted.filter((id) => !existing.includes(id));
  return strangers.length === 0
    ? undefined
    : misuse(
        "subnetIds",
        strangers.join(", "),
        `subnets of ${vpcId}`,
        "give subnets of one VPC, the one that vpcId names",
      ).message;
}

/** In a stable order: AWS answers in any. */
function subnetsOf(vpcId: pulumi.Output<string>, child: pulumi.InvokeOptions): pulumi.Output<string[]> {
  const subnets = ec2.getSubnetsOutput({ filters: [{ name: "vpc-id", values: [vpcId] }] }, child);
  return subnets.ids.apply((ids) => [...ids].sort());
}
