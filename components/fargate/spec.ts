import { dnsQuery, type DnsDiscovery } from "../beam/discovery";
import { misuse } from "../beam/misuse";
import { clusterSpec, type ClusterSpec } from "../cluster";
import type { FargateClusterArgs } from "./args";
import { capacity, hasNot, logRetention, whole, type CapacityStrategy } from "./checks";
import { imageReference } from "./image";
import { egress, loadBalancer, peerQueries, peers, type LoadBalancerSpec } from "./reach";
import type { EgressTo, PeerRules } from "./rules";
import { size, type Size } from "./size";

/** `FargateClusterArgs`, as far as it is plain, complete and checked. */
export interface FargateSpec {
  readonly cluster: ClusterSpec;
  /** Family of the task definitions. */
  readonly family: string;
  readonly size: Size;
  readonly cpuArchitecture: "X86_64" | "ARM64";
  readonly releasePath: string;
  /** Name of the namespace, be it new or there before. */
  readonly namespace: string;
  /** The nodes' label in the namespace. */
  readonly discoveryName: string;
  readonly discovery: DnsDiscovery;
  /** What the nodes ask for: their own name first, then those of peers. */
  readonly queries: readonly string[];
  readonly peers: readonly PeerRules[];
  readonly egress: readonly EgressTo[];
  readonly loadBalancer: LoadBalancerSpec | undefined;
  readonly exec: boolean;
  readonly readonlyRootFilesystem: boolean;
  readonly logRetentionDays: number;
  readonly stopTimeoutSeconds: number;
  readonly gracePeriodSeconds: number;
  readonly strategies: readonly CapacityStrategy[] | undefined;
  readonly autoscaling: { readonly maxNodes: number; readonly cpuPercent: number } | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export const defaults = {
  releasePath: "/app",
  cpu: 512,
  memoryMiB: 1024,
  cpuArchitecture: "X86_64",
  logRetentionDays: 30,
  stopTimeoutSeconds: 30,
  healthCheckGracePeriodSeconds: 60,
  cpuPercent: 60,
} as const;

/** "Up to eight healthy records": https://docs.aws.amazon.com/cloud-map/latest/api/API_DnsConfig.html */
const recordsPerAnswer = 8;

/** Checks everything that can be told before AWS is asked. */
export function fargateSpec(args: FargateClusterArgs, name: string, stack: string): FargateSpec {
  const family = `${name}-${stack}`.toLowerCase().replaceAll(/[^a-z0-9-]+/g, "-");
  const cluster = clusterSpec(args);
  if (typeof args.image === "string") {
    imageReference(args.image);
  }
  hasNot("namespace", args.namespace, "existingNamespace", args.existingNamespace);
  hasNot("loadBalancer", args.loadBalancer, "targetGroup", args.targetGroup);
  network(args);
  httpFor(args);
  exec(args);
  const discoveryName = label(args.discoveryName ?? cluster.release.replaceAll("_", "-"));
  const namespace =
    args.existingNamespace === undefined
      ? namespaceName("namespace", args.namespace ?? `${family}.internal`)
      : namespaceName("existingNamespace.name", args.existingNamespace.name);
  const query = `${discoveryName}.${namespace}`;
  return {
    cluster,
    family,
    cpuArchitecture: architecture(args.cpuArchitecture ?? defaults.cpuArchitecture),
    size: size(args.cpu ?? defaults.cpu, args.memoryMiB ?? defaults.memoryMiB),
    releasePath: releasePath(args.releasePath ?? defaults.releasePath),
    namespace,
    discoveryName,
    discovery: { query, recordsPerAnswer },
    queries: [query, ...peerQueries(args.peers ?? [])],
    peers: peers(args.peers ?? [], cluster.ports),
    egress: egress(args),
    loadBalancer: loadBalancer(args),
    exec: args.enableExecuteCommand ?? true,
    readonlyRootFilesystem: args.readonlyRootFilesystem ?? false,
    logRetentionDays: logRetention(args.logRetentionDays ?? defaults.logRetentionDays),
    stopTimeoutSeconds: whole(
      "stopTimeoutSeconds",
      args.stopTimeoutSeconds ?? defaults.stopTimeoutSeconds,
      2,
      120,
    ),
    gracePeriodSeconds: whole(
      "healthCheckGracePeriodSeconds",
      args.healthCheckGracePeriodSeconds ?? defaults.healthCheckGracePeriodSeconds,
      0,
      86_400,
    ),
    strategies: args.capacityMix === undefined ? undefined : capacity(args.capacityMix),
    autoscaling: autoscaling(args, cluster.nodes),
    tags: args.tags ?? {},
  };
}

function namespaceName(field: string, name: string): string {
  const checked = dnsQuery(field, name);
  if (!checked.includes(".") || checked.endsWith(".")) {
    throw misuse(
      field,
      name,
      "a DNS name of two labels or more, without a dot at its end",
      "give one such as prod.internal",
    );
  }
  return checked;
}

function architecture(value: string): FargateSpec["cpuArchitecture"] {
  if (value !== "X86_64" && value !== "ARM64") {
    throw misuse("cpuArchitecture", value, "X86_64 or ARM64", "name the one the image is built for");
  }
  return value;
}

function label(name: string): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
    throw misuse(
      "discoveryName",
      name,
      "one DNS label: lower-case letters, digits and -",
      "give one such as my-app",
    );
  }
  return name;
}

function releasePath(path: string): string {
  if (!/^(\/[A-Za-z0-9._-]+)+$/.test(path)) {
    throw misuse("releasePath", path, "an absolute path without a slash at its end", "give one such as /app");
  }
  return path;
}

function network(args: FargateClusterArgs): void {
  if (args.vpcId !== undefined && args.subnetIds === undefined) {
    throw misuse(
      "subnetIds",
      undefined,
      "subnets of the VPC that vpcId names",
      "which of a VPC's subnets are for nodes cannot be guessed; give those with a way to the registry",
    );
  }
  if (Array.isArray(args.subnetIds) && args.subnetIds.length === 0) {
    throw misuse(
      "subnetIds",
      [],
      "one subnet or more",
      "give the subnets, or leave it out for the default VPC",
    );
  }
}

function httpFor(args: FargateClusterArgs): void {
  const needing = args.loadBalancer === undefined ? "targetGroup" : "loadBalancer";
  if (args[needing] !== undefined && args.http === undefined) {
    throw misuse(
      "http",
      undefined,
      `given where there is a ${needing}`,
      "say on which port the release serves HTTP",
    );
  }
}

function exec(args: FargateClusterArgs): void {
  // "Making the root file system read-only … isn't supported":
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
  if (args.readonlyRootFilesystem === true && args.enableExecuteCommand !== false) {
    throw misuse(
      "readonlyRootFilesystem",
      true,
      "false while ECS Exec is on, whose agent writes into the container",
      "set enableExecuteCommand to false, which gives up the remote console, or leave this out",
    );
  }
}

function autoscaling({ autoscaling: given }: FargateClusterArgs, nodes: number): FargateSpec["autoscaling"] {
  return given === undefined
    ? undefined
    : {
        maxNodes: whole("autoscaling.maxNodes", given.maxNodes, nodes, 5000),
        cpuPercent: whole("autoscaling.cpuPercent", given.cpuPercent ?? defaults.cpuPercent, 1, 100),
      };
}
