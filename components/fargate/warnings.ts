import { shortAnswerWarning } from "../beam/discovery";
import type { FargateClusterArgs } from "./args";
import type { FargateSpec } from "./spec";

/** What is allowed and yet seldom meant. */
export function warnings(args: FargateClusterArgs, spec: FargateSpec): readonly string[] {
  const most = spec.autoscaling?.maxNodes ?? spec.cluster.nodes;
  const short = shortAnswerWarning(spec.discovery, most);
  const stranded = args.subnetIds === undefined && args.assignPublicIp !== true;
  return [...(short === undefined ? [] : [short]), ...(stranded ? [noWayOut] : [])];
}

const noWayOut =
  "the subnets of a default VPC have no way out but public addresses: set assignPublicIp to true, or give " +
  "subnetIds with a NAT gateway or endpoints, else no image can be pulled";
