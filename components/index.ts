/** The public surface of pulumi-beam. */
export { Isolation } from "./beam/isolation";
export type { PortPolicy, PortPolicyArgs, PortRange } from "./beam/portPolicy";
export type { BeamCluster, ClusterArgs, HttpArgs } from "./cluster";
export { Cookie, type CookieArgs } from "./cookie";
export type {
  FargateAutoscalingArgs,
  FargateCapacityMixArgs,
  FargateClusterArgs,
  FargateEgressArgs,
  FargateLoadBalancerArgs,
  FargatePeerArgs,
  FargateTargetGroupArgs,
} from "./fargate/args";
export { FargateCluster } from "./fargate/cluster";
export { LocalCluster, type LocalClusterArgs } from "./local/cluster";
export { Addressing } from "./digitalocean/addressing";
export type {
  DropletClusterArgs,
  LoadBalancerArgs,
  OutboundArgs,
  RegistryArgs,
  TarballArgs,
} from "./digitalocean/args";
export { DropletCluster } from "./digitalocean/cluster";
export { DropletDiscovery } from "./digitalocean/discovery";
export { Gate } from "./digitalocean/joined";
