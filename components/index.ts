/** The public surface of pulumi-beam. */
export { Isolation } from "./beam/isolation";
export type { PortPolicy, PortPolicyArgs, PortRange } from "./beam/portPolicy";
export type { BeamCluster, ClusterArgs, HttpArgs } from "./cluster";
export { Cookie, type CookieArgs } from "./cookie";
export { LocalCluster, type LocalClusterArgs } from "./local/cluster";
export { Addressing as DropletAddressing } from "./digitalocean/addressing";
export type {
  DropletClusterArgs,
  LoadBalancerArgs as DropletLoadBalancerArgs,
  OutboundArgs as DropletOutboundArgs,
  RegistryArgs as DropletRegistryArgs,
  TarballArgs as DropletTarballArgs,
} from "./digitalocean/args";
export { DropletCluster } from "./digitalocean/cluster";
export { DropletDiscovery } from "./digitalocean/discovery";
export { Gate as DropletGate } from "./digitalocean/joined";
