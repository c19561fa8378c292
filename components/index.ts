/** The public surface of pulumi-beam. */
export { Isolation } from "./beam/isolation";
export type { PortPolicy, PortPolicyArgs, PortRange } from "./beam/portPolicy";
export { App as CloudFoundryApp, type AppArgs as CloudFoundryAppArgs } from "./cloudfoundry/app";
export {
  CookiePlace as CloudFoundryCookiePlace,
  Source as CloudFoundrySource,
  type CloudFoundryClusterArgs,
  type CloudFoundryPeer,
} from "./cloudfoundry/args";
export { CloudFoundryCluster } from "./cloudfoundry/cluster";
export {
  NetworkPolicy as CloudFoundryNetworkPolicy,
  type NetworkPolicyArgs as CloudFoundryNetworkPolicyArgs,
} from "./cloudfoundry/networkPolicy";
export { Route as CloudFoundryRoute, type RouteArgs as CloudFoundryRouteArgs } from "./cloudfoundry/route";
export {
  UserProvidedService as CloudFoundryUserProvidedService,
  type UserProvidedServiceArgs as CloudFoundryUserProvidedServiceArgs,
} from "./cloudfoundry/userProvidedService";
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
export { App as FlyApp, type AppArgs as FlyAppArgs } from "./fly/app";
export { Certificate as FlyCertificate, type CertificateArgs as FlyCertificateArgs } from "./fly/certificate";
export { FlyCluster } from "./fly/cluster";
export {
  AddressKind as FlyAddressKind,
  IpAddress as FlyIpAddress,
  type IpAddressArgs as FlyIpAddressArgs,
} from "./fly/ipAddress";
export { Machines as FlyMachines, type MachinesArgs as FlyMachinesArgs } from "./fly/machines";
export {
  NetworkPolicy as FlyNetworkPolicy,
  type NetworkPolicyArgs as FlyNetworkPolicyArgs,
} from "./fly/networkPolicy";
export { Secrets as FlySecrets, type SecretsArgs as FlySecretsArgs } from "./fly/secrets";
export type { FlyClusterArgs, FlyVolumeArgs } from "./fly/spec";
export { Gate as DropletGate } from "./digitalocean/joined";
export { LocalCluster, type LocalClusterArgs } from "./local/cluster";
