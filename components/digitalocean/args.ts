import type * as pulumi from "@pulumi/pulumi";
import type { PortRange } from "../beam/portPolicy";
import type { ClusterArgs } from "../cluster";
import type { Addressing } from "./addressing";
import type { DropletCluster } from "./cluster";
import type { DropletDiscovery } from "./discovery";
import type { Gate } from "./joined";

/** A release that `mix release` packed with its `:tar` step. */
export interface TarballArgs {
  /** Where droplets download it, by HTTPS; may be a signed address, and is kept as secret. Changing it rolls the nodes. */
  readonly url: pulumi.Input<string>;
  /** Its SHA-256, 64 hex digits: a droplet runs nothing else. Changing it rolls the nodes. */
  readonly sha256: pulumi.Input<string>;
}

/** Where a private image is pulled from. */
export interface RegistryArgs {
  /** Host of the registry, as the image's name begins. Changing it rolls the nodes. */
  readonly server: pulumi.Input<string>;
  /** Changing it rolls the nodes. */
  readonly username: pulumi.Input<string>;
  /** Kept as secret; give one that may only read. Changing it rolls the nodes. */
  readonly password: pulumi.Input<string>;
}

/** A load balancer in front of the nodes' HTTP port, bound to the cluster's tag. */
export interface LoadBalancerArgs {
  /** Name of a certificate in the account: serves HTTPS on 443 and redirects HTTP to it. Changing it updates. @default - HTTP on 80 */
  readonly certificateName?: pulumi.Input<string>;
  /** Whether a visitor stays with one node, by a cookie of the load balancer's own. Changing it updates. @default false */
  readonly stickySessions?: boolean;
  /** Nodes of the load balancer itself, `1`-`200`. Changing it updates. @default 1 */
  readonly sizeUnit?: pulumi.Input<number>;
}

/** One more thing the droplets may reach, such as a database. */
export interface OutboundArgs {
  /** @default tcp */
  readonly protocol?: "tcp" | "udp";
  /** Changing them updates the firewall. */
  readonly ports: PortRange;
  /** IP addresses and CIDR blocks. Changing them updates the firewall. */
  readonly addresses: readonly string[];
}

export interface DropletClusterArgs extends Omit<ClusterArgs, "image"> {
  /** Slug of the region, such as `fra1`. Changing it rolls the nodes and replaces the load balancer. */
  readonly region: pulumi.Input<string>;
  /** Container image to run; give this or `tarball`. Changing it rolls the nodes. */
  readonly image?: pulumi.Input<string>;
  /** Path of the release in the image. Changing it rolls the nodes. @default /app */
  readonly releasePath?: string;
  /** User the container runs as, by number; never root. Changing it rolls the nodes. @default 65534:65534 - `nobody`, as images of `mix phx.gen.release --docker` have it */
  readonly user?: string;
  /** Login to the image's registry. @default - none */
  readonly registry?: RegistryArgs;
  /** Packed release to run; give this or `image`. Changing it rolls the nodes. */
  readonly tarball?: TarballArgs;

  /** How nodes find each other. Changing it rolls the nodes. */
  readonly discovery: DropletDiscovery;
  /** API token for discovery by tag, on every node as `DIGITALOCEAN_TOKEN`: scope it to `droplet:read` and `tag:read`. Changing it rolls the nodes. */
  readonly discoveryToken?: pulumi.Input<string>;
  /** Domain in the account for discovery by DNS. Changing it rolls the nodes. */
  readonly domain?: string;
  /** Name below the domain. Changing it rolls the nodes. @default - the component's name */
  readonly dnsName?: string;
  /** Which address names a node and carries the cluster's traffic. Changing it rolls the nodes. @default DropletAddressing.Private */
  readonly addressing?: Addressing;

  /** Ids or fingerprints of SSH keys in the account, at least one (without, DigitalOcean mails a root password). Changing them rolls the nodes. */
  readonly sshKeys: readonly pulumi.Input<string>[];
  /** IP addresses and CIDR blocks that may reach SSH. Changing them updates the firewall. @default - nobody */
  readonly sshSources?: readonly string[];
  /** Says that `sshSources` may hold the whole world. @default false */
  readonly sshFromAnywhere?: boolean;
  /** IP addresses and CIDR blocks that may reach the HTTP port of the droplets themselves. Changing them updates the firewall. @default - nobody */
  readonly httpSources?: readonly string[];
  /** What droplets may reach besides DNS, NTP, HTTP, HTTPS and each other. Changing it updates the firewall. @default - nothing */
  readonly outbound?: readonly OutboundArgs[];
  /** Clusters whose nodes join with these; opens both sides, and needs the same ports and cookie. Changing it updates firewalls. @default - none */
  readonly peers?: readonly DropletCluster[];
  /** Tags of clusters of other stacks; opens this side alone, and the tags must exist. Changing it updates the firewall. @default - none */
  readonly peerTags?: readonly string[];

  /** Load balancer in front of the nodes. @default - none */
  readonly loadBalancer?: LoadBalancerArgs;
  /** A reserved address for a cluster of one node. @default false */
  readonly reservedAddress?: boolean;

  /** How a new droplet proves that it is up before the next is touched. Changing it touches no droplet. @default - `DropletGate.Ssh` with `sshSources`, else `DropletGate.Http` with `httpSources` and a health check, else `DropletGate.None` */
  readonly gate?: Gate;
  /** How long a droplet may take from its creation until it has joined. @default 900 */
  readonly gateTimeoutSeconds?: number;

  /** Slug of the droplets' size. Changing it resizes them in place, one after the other, each powered off meanwhile. @default s-1vcpu-1gb */
  readonly size?: pulumi.Input<string>;
  /** Slug or id of the operating system's image: Ubuntu or Debian. Changing it rolls the nodes. @default ubuntu-24-04-x64 */
  readonly os?: pulumi.Input<string>;
  /** VPC. Changing it rolls the nodes and replaces the load balancer. @default - the region's default VPC */
  readonly vpcUuid?: pulumi.Input<string>;
  /** Whether droplets have an IPv6 address; turning it off rolls the nodes. @default - only where `addressing` needs it */
  readonly ipv6?: boolean;
  /** Whether DigitalOcean's metrics agent is installed. Changing it rolls the nodes. @default true */
  readonly monitoring?: boolean;
  /** The cluster's own tag; renaming it leaves the nodes without a firewall for a moment. @default - `PROJECT-STACK-NAME` */
  readonly tag?: string;
  /** Further tags of the droplets. They outlive the droplets. Changing them updates. @default - none */
  readonly tags?: readonly string[];
}
