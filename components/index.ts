/** The public surface of pulumi-beam. */
export { Isolation } from "./beam/isolation";
export type { PortPolicy, PortPolicyArgs, PortRange } from "./beam/portPolicy";
export {
  CookiePlace,
  Source,
  type CloudFoundryClusterArgs,
  type CloudFoundryPeer,
} from "./cloudfoundry/args";
export { CloudFoundryCluster } from "./cloudfoundry/cluster";
export type { BeamCluster, ClusterArgs, HttpArgs } from "./cluster";
export { Cookie, type CookieArgs } from "./cookie";
export { LocalCluster, type LocalClusterArgs } from "./local/cluster";
