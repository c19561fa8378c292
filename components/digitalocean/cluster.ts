import { createHash } from "node:crypto";
import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import { cookieValue } from "../beam/cookieValue";
import type { PortPolicy } from "../beam/portPolicy";
import type { BeamCluster } from "../cluster";
import type { DropletClusterArgs } from "./args";
import { dnsTtlSeconds } from "./discovery";
import { defaultSize, dropletArgs, firstOf, identity, type Identity, type RunningNode } from "./droplets";
import { firewallArgs } from "./firewall";
import { Joined } from "./joined";
import { loadBalancerArgs } from "./loadBalancer";
import { peerRules } from "./rules";
import { dropletSpec, type DropletSpec } from "./spec";
import { basenameOf, userData } from "./userData";
import { warnings } from "./warnings";

/**
 * A cluster of BEAM nodes on DigitalOcean droplets, behind a cloud firewall that is bound to the cluster's tag.
 *
 * It creates a tag, a firewall, and for each node a droplet, a `Joined` that stands once the node is up, and with
 * discovery by DNS a record; where asked, a load balancer or a reserved address. What replaces droplets makes the
 * new ones first, one after the other, each of which must join before the next is made; the old ones go last.
 */
export class DropletCluster extends pulumi.ComponentResource implements BeamCluster {
  readonly cookie: pulumi.Output<string>;
  readonly nodeBasename: pulumi.Output<string>;
  readonly dnsQuery: pulumi.Output<string>;
  readonly ports: pulumi.Output<PortPolicy>;
  readonly remoteConsole: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  /** The nodes' addresses, first to last: those their names carry. */
  readonly addresses: pulumi.Output<string[]>;
  /** The tag that all droplets of the cluster carry. */
  readonly tagName: string;
  /** The checked port policy, as a plain value. */
  readonly portPolicy: PortPolicy;
  readonly tag: digitalocean.Tag;
  readonly firewall: digitalocean.Firewall;
  readonly droplets: readonly digitalocean.Droplet[];
  readonly loadBalancer: digitalocean.LoadBalancer | undefined;
  readonly reservedIp: digitalocean.ReservedIp | undefined;

  constructor(name: string, args: DropletClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beam:index:DropletCluster", name, {}, opts);
    const spec = dropletSpec({ name, tag: defaultTag(name) }, args);
    for (const warning of warnings(spec, args)) {
      void pulumi.log.warn(warning, this);
    }
    this.cookie = pulumi.secret(pulumi.output(args.cookie).apply(cookieValue));
    this.nodeBasename = basenameOf(spec);
    this.tagName = spec.tag;
    this.portPolicy = spec.ports;

    // Made first, and gone last, where it is renamed: untagging a droplet fails once its tag is gone.
    this.tag = new digitalocean.Tag(name, { name: spec.tag }, { parent: this, deleteBeforeReplace: false });
    this.loadBalancer = this.balance(name, spec, args);
    this.firewall = this.protect(name, spec);
    this.befriend(name, spec, args.peers ?? []);
    const nodes = this.startInTurn(name, spec, args);
    this.droplets = nodes.map(({ droplet }) => droplet);
    this.reservedIp = this.reserve(name, spec, args, nodes);

    this.addresses = pulumi.all(nodes.map(({ address }) => address));
    this.dnsQuery = pulumi.output(spec.discovery.kind === "dns" ? spec.discovery.query : "");
    this.ports = pulumi.output(spec.ports);
    this.remoteConsole = pulumi.interpolate`ssh -t root@${firstOf(nodes).publicAddress} beam remote`;
    this.url = this.address(spec, args, firstOf(nodes).publicAddress);
    this.registerOutputs({
      cookie: this.cookie,
      nodeBasename: this.nodeBasename,
      dnsQuery: this.dnsQuery,
      ports: this.ports,
      remoteConsole: this.remoteConsole,
      url: this.url,
      addresses: this.addresses,
    });
  }

  private balance(name: string, spec: DropletSpec, { region, vpcUuid }: DropletClusterArgs) {
    if (spec.loadBalancer === undefined || spec.http === undefined) {
      return undefined;
    }
    const args = loadBalancerArgs(spec.tag, spec.http, spec.loadBalancer, { region, vpcUuid });
    return new digitalocean.LoadBalancer(name, args, { parent: this, dependsOn: [this.tag] });
  }

  private protect(name: string, spec: DropletSpec): digitalocean.Firewall {
    const args = firewallArgs(spec.tag, spec.rules, this.loadBalancer?.id);
    return new digitalocean.Firewall(name, args, { parent: this, dependsOn: [this.tag] });
  }

  /** Opens the other side of each peer: rules of several firewalls add up, and this one is ours to remove. */
  private befriend(name: string, spec: DropletSpec, peers: readonly DropletCluster[]): void {
    for (const peer of peers) {
      const args = firewallArgs(peer.tagName, peerRules(spec.ports, spec.tag));
      // A tag may hold characters that a firewall's name may not.
      const child = `${name}-to-${peer.tagName.replace(/[^A-Za-z0-9.-]/g, "-")}`;
      new digitalocean.Firewall(child, args, { parent: this, dependsOn: [this.tag, peer.tag] });
    }
  }

  /** Each droplet depends on the firewall, and on the one before having joined: so updates go one at a time and stop at the first failure. */
  private startInTurn(name: string, spec: DropletSpec, args: DropletClusterArgs): readonly RunningNode[] {
    const data = userData(spec, this.cookie, this.nodeBasename);
    const nodes: RunningNode[] = [];
    for (let index = 1; index <= spec.nodes; index++) {
      const child = `${name}-${index}`;
      const before = nodes.slice(-1).flatMap((node) => [node.droplet, node.joined]);
      const droplet = new digitalocean.Droplet(child, dropletArgs(spec, args, data), {
        parent: this,
        dependsOn: [this.firewall, ...before],
        // The new one joins while the old one still runs.
        deleteBeforeReplace: false,
      });
      const own = identity(droplet, spec, data);
      const records = this.publish(child, spec, own);
      nodes.push({ ...own, joined: this.join(child, spec, own, args, nodes, records) });
    }
    return nodes;
  }

  private publish(
    name: string,
    spec: DropletSpec,
    { droplet, address }: Identity,
  ): readonly pulumi.Resource[] {
    if (spec.discovery.kind === "tag") {
      return [];
    }
    const { domain, label } = spec.discovery;
    const args = { domain, name: label, type: spec.plan.recordType, value: address, ttl: dnsTtlSeconds };
    // A record of its own for each droplet there is, old or new: DNSPoll disconnects whoever is not in the answer.
    const options = { parent: this, replaceWith: [droplet], deleteBeforeReplace: false };
    return [new digitalocean.DnsRecord(name, args, options)];
  }

  private join(
    name: string,
    spec: DropletSpec,
    own: Identity,
    { size = defaultSize }: DropletClusterArgs,
    before: readonly RunningNode[],
    dependsOn: readonly pulumi.Resource[],
  ): Joined {
    const nodeName = ({ address }: Identity) => pulumi.interpolate`${this.nodeBasename}@${address}`;
    const clique = pulumi.all([this.cookie, this.nodeBasename]).apply((parts) =>
      createHash("sha256")
        .update(JSON.stringify([...parts, spec.ports]))
        .digest("hex"),
    );
    return new Joined(
      name,
      {
        dropletId: own.id,
        size,
        gate: spec.gate,
        address: own.publicAddress,
        nodeName: nodeName(own),
        peers: before.map(nodeName),
        clique,
        httpPort: spec.http?.port,
        healthCheckPath: spec.http?.healthCheckPath,
        timeoutSeconds: spec.gateTimeoutSeconds,
      },
      { parent: this, dependsOn: [...dependsOn] },
    );
  }

  private reserve(
    name: string,
    spec: DropletSpec,
    { region }: DropletClusterArgs,
    nodes: readonly RunningNode[],
  ) {
    if (!spec.reservedAddress) {
      return undefined;
    }
    const { id, joined } = firstOf(nodes);
    const args = { region, dropletId: id.apply(Number) };
    return new digitalocean.ReservedIp(name, args, { parent: this, dependsOn: [joined] });
  }

  private address(
    spec: DropletSpec,
    args: DropletClusterArgs,
    first: pulumi.Output<string>,
  ): pulumi.Output<string> {
    if (this.loadBalancer !== undefined) {
      const scheme = args.loadBalancer?.certificateName === undefined ? "http" : "https";
      return pulumi.interpolate`${scheme}://${this.loadBalancer.ip}`;
    }
    const open = spec.http !== undefined && (args.httpSources ?? []).length > 0;
    const address = this.reservedIp?.ipAddress ?? first;
    return open ? pulumi.interpolate`http://${address}:${spec.http.port}` : pulumi.output("");
  }
}

/** A tag is the account's, so it carries project and stack. */
function defaultTag(name: string): string {
  return `${pulumi.getProject()}-${pulumi.getStack()}-${name}`.replace(/[^A-Za-z0-9_:-]/g, "-");
}
