import type * as pulumi from "@pulumi/pulumi";
import type { PortPolicyArgs } from "../beam/portPolicy";
import type { ClusterArgs } from "../cluster";

/** Another cluster whose nodes and ours may reach each other's cluster ports. */
export interface FargatePeerArgs {
  /** Word for it in the names and descriptions of rules: lower-case letters, digits and `-`. Changing it replaces the rules. */
  readonly name: string;
  /** Security group of its nodes: `other.securityGroup.id`, or from another stack. Changing it replaces the rules. */
  readonly securityGroupId: pulumi.Input<string>;
  /** Its ports, where its range is another. Changing them updates the rules. @default - the same as ours */
  readonly ports?: PortPolicyArgs;
  /**
   * Name under which its nodes are found: `other.dnsQuery`, as text. `DNS_CLUSTER_QUERY` then lists it behind our own, with
   * a comma between, and the release must split it. Changing it rolls the nodes. @default - it is not looked for
   */
  readonly dnsQuery?: string;
}

/** Something outside the cluster that the nodes may open connections to. */
export interface FargateEgressArgs {
  /** Word for the rule's name: lower-case letters, digits and `-`. Changing it replaces the rule. */
  readonly name: string;
  /** Addresses, such as `10.0.3.0/24`. Changing it updates the rule. */
  readonly cidr: string;
  /** TCP port, `1`-`65535`. Changing it updates the rule. */
  readonly port: number;
}

/** An application load balancer of the cluster's own. */
export interface FargateLoadBalancerArgs {
  /** Addresses that may visit, such as `["10.0.0.0/8"]`, or `["0.0.0.0/0"]` for everybody. Changing them updates its rules. */
  readonly allowFrom: readonly string[];
  /** Certificate for HTTPS; plain HTTP is then redirected. Changing it updates the listener. @default - HTTP alone */
  readonly certificateArn?: pulumi.Input<string>;
  /** Name under which visitors find it, for `url`. Changing it updates `url`. @default - the name AWS gives it */
  readonly hostname?: string;
  /** Two subnets or more in different zones, public ones unless `internal`. Changing them updates it. @default - those of the nodes */
  readonly subnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether it has private addresses only. Changing it replaces the load balancer. @default false */
  readonly internal?: boolean;
  /** Whether a visitor stays with one node for a day, as LiveView's long polling needs. Changing it updates it. @default true */
  readonly stickiness?: boolean;
  /** Seconds without traffic after which a connection is closed, `1`-`4000`; a websocket must beat faster. Changing it updates it. @default 120 */
  readonly idleTimeoutSeconds?: number;
}

/** A target group that somebody else's load balancer forwards to. */
export interface FargateTargetGroupArgs {
  /** Its target type must be `ip`. Changing it updates the service. */
  readonly arn: pulumi.Input<string>;
  /** Security group of the load balancer, which must be allowed out to the HTTP port. Changing it replaces a rule. */
  readonly securityGroupId: pulumi.Input<string>;
}

/** Fargate Spot beside Fargate. */
export interface FargateCapacityMixArgs {
  /** Nodes that never run on Spot, at least `0`. */
  readonly onDemandBase: number;
  /** Share of the others that does not, against `spotWeight`. @default 0 */
  readonly onDemandWeight?: number;
  /** Share of the others that runs on Spot, and may be stopped with two minutes' notice. @default 1 */
  readonly spotWeight?: number;
}

/** Nodes follow the load. */
export interface FargateAutoscalingArgs {
  /** Most nodes; `nodes` is the fewest. Changing it updates the target. */
  readonly maxNodes: number;
  /** Mean CPU to aim at, `1`-`100`. Changing it updates the policy. @default 60 */
  readonly cpuPercent?: number;
}

/** What `FargateCluster` takes besides what every target takes. */
export interface FargateClusterArgs extends ClusterArgs {
  /** Where the release lies in the image. Changing it rolls the nodes. @default "/app" */
  readonly releasePath?: string;
  /** Existing VPC; `subnetIds` say where in it. Changing it replaces nearly everything. @default - that of the subnets, or the account's default VPC */
  readonly vpcId?: pulumi.Input<string>;
  /** Subnets for the nodes. Changing them rolls the nodes. @default - all of the default VPC */
  readonly subnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether nodes get public addresses too. Changing it rolls the nodes. @default false */
  readonly assignPublicIp?: boolean;
  /** Existing ECS cluster, by name or ARN. Changing it replaces the service. @default - a new one */
  readonly ecsCluster?: pulumi.Input<string>;
  /** Name of a new private DNS namespace. Changing it replaces discovery and rolls the nodes. @default - `NAME-STACK.internal` */
  readonly namespace?: string;
  /** An existing private DNS namespace of the same VPC. Changing it replaces discovery and rolls the nodes. @default - a new one */
  readonly existingNamespace?: { readonly id: pulumi.Input<string>; readonly name: string };
  /** The nodes' label in the namespace. Changing it replaces discovery and rolls the nodes. @default - the release's name */
  readonly discoveryName?: string;
  /** Clusters to open this one to, and them to this one. Name each pair on one side only. Changing it adds or removes rules. @default - none */
  readonly peers?: readonly FargatePeerArgs[];
  /** What the nodes may reach besides their peers. Changing it adds or removes rules. @default - HTTPS anywhere, which pulling an image, reading secrets and logging need */
  readonly egress?: readonly FargateEgressArgs[];
  /** CPU units of a node; 1024 are one vCPU. Changing it rolls the nodes. @default 512 */
  readonly cpu?: number;
  /** Memory of a node, one that Fargate pairs with `cpu`. Changing it rolls the nodes. @default 1024 */
  readonly memoryMiB?: number;
  /** What the image is built for. Changing it rolls the nodes. @default "X86_64" */
  readonly cpuArchitecture?: "X86_64" | "ARM64";
  /** Customer managed key for the cookie and the secrets. Changing it updates the parameters. @default - the account's own key for SSM */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /** Whether ECS Exec is on, which the remote console needs. Changing it rolls the nodes. @default true */
  readonly enableExecuteCommand?: boolean;
  /** Whether the image's files cannot be changed, save /tmp; ECS Exec must be off. Changing it rolls the nodes. @default false */
  readonly readonlyRootFilesystem?: boolean;
  /** Days for which logs are kept, as CloudWatch allows them. Changing it updates the log group. @default 30 */
  readonly logRetentionDays?: number;
  /** Seconds between SIGTERM and SIGKILL, `2`-`120`. Changing it rolls the nodes. @default 30 */
  readonly stopTimeoutSeconds?: number;
  /** Seconds for which a new node may fail its checks. Changing it updates the service. @default 60 */
  readonly healthCheckGracePeriodSeconds?: number;
  /** Run a part of the nodes on Fargate Spot. Turning it on or off replaces the service. @default - none of them */
  readonly capacityMix?: FargateCapacityMixArgs;
  /** Let the number of nodes follow the load. Changing it updates the service. @default - it stays at `nodes` */
  readonly autoscaling?: FargateAutoscalingArgs;
  /** A load balancer of the cluster's own; needs `http`. Turning it on or off rolls the nodes. @default - none */
  readonly loadBalancer?: FargateLoadBalancerArgs;
  /** An existing target group instead; needs `http`. Turning it on or off rolls the nodes. @default - none */
  readonly targetGroup?: FargateTargetGroupArgs;
  /** Tags of everything that takes tags, and of the tasks. Changing them updates everything. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
}
