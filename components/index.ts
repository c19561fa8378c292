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
export { LocalCluster, type LocalClusterArgs } from "./local/cluster";
