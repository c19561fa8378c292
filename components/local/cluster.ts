import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { cookieValue } from "../beam/cookieValue";
import { bootScript } from "../beam/bootScript";
import { nodeBasename } from "../beam/nodeName";
import type { PortPolicy } from "../beam/portPolicy";
import { shellQuote } from "../beam/shell";
import { clusterSpec, type BeamCluster, type ClusterArgs, type ClusterSpec } from "../cluster";
import { extraFlags } from "./discovery";
import { Epmd } from "./epmd";
import { members, type Member } from "./members";
import { Node } from "./node";
import { readRelease, type Release } from "./release";

export interface LocalClusterArgs extends ClusterArgs {
  /** Path of a directory made by `mix release`. Rebuilding it with another content restarts the nodes. */
  readonly image: string;
  /** Where the nodes keep their files: cookie, log, pid. Changing it replaces them. @default - `.pulumi-beam/STACK/NAME` */
  readonly directory?: string;
}

/**
 * A cluster of BEAM nodes on this machine, bound to loopback.
 *
 * Nodes are daemons that outlive `pulumi up`. They find each other without DNS, through the folders they keep
 * side by side. Whatever changes them restarts one node after the other, each of which must answer and see its
 * peers before the next goes down. It creates one `Node` a node and, with epmd, one `Epmd`. Linux and macOS.
 */
export class LocalCluster extends pulumi.ComponentResource implements BeamCluster {
  readonly cookie: pulumi.Output<string>;
  readonly nodeBasename: pulumi.Output<string>;
  readonly dnsQuery: pulumi.Output<string>;
  readonly ports: pulumi.Output<PortPolicy>;
  readonly remoteConsole: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  /** The port mapper; none where the policy has no epmd. */
  readonly epmd: Epmd | undefined;
  /** The nodes, first to last. */
  readonly nodes: readonly Node[];

  constructor(name: string, args: LocalClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beam:index:LocalCluster", name, {}, opts);
    const spec = clusterSpec(args);
    const release = readRelease(args.image, spec.release);
    const basename = nodeBasename(spec.release, spec.isolation, release.hash);
    const directory = path.resolve(args.directory ?? path.join(".pulumi-beam", pulumi.getStack(), name));

    this.cookie = pulumi.secret(pulumi.output(args.cookie).apply(cookieValue));
    this.epmd = this.portMapper(name, spec.ports, release, directory);
    this.nodes = this.startInTurn(name, spec, members(spec, basename), release, directory);

    this.nodeBasename = pulumi.output(basename);
    this.dnsQuery = pulumi.output("");
    this.ports = pulumi.output(spec.ports);
    this.remoteConsole = pulumi.interpolate`${firstOf(this.nodes).control.apply(shellQuote)} remote`;
    this.url = pulumi.output(spec.http === undefined ? "" : `http://127.0.0.1:${spec.http.port}`);
    this.registerOutputs({
      cookie: this.cookie,
      nodeBasename: this.nodeBasename,
      dnsQuery: this.dnsQuery,
      ports: this.ports,
      remoteConsole: this.remoteConsole,
      url: this.url,
    });
  }

  private portMapper(name: string, ports: PortPolicy, release: Release, directory: string): Epmd | undefined {
    if (!ports.epmd) {
      return undefined;
    }
    // Waits for the cookie, so that one that is refused stops everything, and reveals nothing of it.
    const port = pulumi.unsecret(this.cookie.apply(() => ports.epmdPort));
    return new Epmd(`${name}-epmd`, { port, release: release.directory, directory }, { parent: this });
  }

  /** Each node depends on the one before, so that updates go one at a time and stop at the first failure. */
  private startInTurn(
    name: string,
    spec: ClusterSpec,
    all: readonly Member[],
    release: Release,
    directory: string,
  ): readonly Node[] {
    const nodes: Node[] = [];
    for (const member of all) {
      const before: pulumi.Resource[] =
        this.epmd === undefined ? nodes.slice(-1) : [this.epmd, ...nodes.slice(-1)];
      nodes.push(
        new Node(
          `${name}-${member.index}`,
          {
            nodeName: member.name,
            directory,
            command: release.command,
            releaseHash: release.hash,
            bootScript: bootScript({
              basename: member.basename,
              ports: spec.ports,
              family: "ipv4",
              address: { sh: `echo ${member.address}`, looksAt: "the cluster's own plan" },
              extraFlags: extraFlags(member.address),
              cookieInHome: true,
            }),
            distPorts: spec.ports.distPorts,
            room: member.room,
            httpPort: member.httpPort,
            peersVia: spec.ports.epmd ? `epmd ${spec.ports.epmdPort}` : `port ${spec.ports.distPorts.first}`,
            cookie: this.cookie,
            env: { ...spec.env, ...(member.httpPort === undefined ? {} : { PORT: String(member.httpPort) }) },
            secrets: spec.secrets,
            healthCheckUrl: healthCheckUrl(spec, member),
          },
          { parent: this, dependsOn: before },
        ),
      );
    }
    return nodes;
  }
}

function healthCheckUrl(spec: ClusterSpec, member: Member): string | undefined {
  const path = spec.http?.healthCheckPath;
  return path === undefined || member.httpPort === undefined
    ? undefined
    : `http://127.0.0.1:${member.httpPort}${path}`;
}

/** `nodes` is at least 1, which the types cannot know. */
function firstOf(nodes: readonly Node[]): Node {
  const [first] = nodes;
  if (first === undefined) {
    throw new Error("a cluster has at least one node");
  }
  return first;
}
