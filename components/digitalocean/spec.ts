import type * as pulumi from "@pulumi/pulumi";
import { dnsQuery } from "../beam/discovery";
import { misuse } from "../beam/misuse";
import { isClusterPort, show } from "../beam/portPolicy";
import { clusterSpec, type ClusterSpec } from "../cluster";
import { addressPlan, type AddressPlan } from "./addressing";
import type { DropletClusterArgs, LoadBalancerArgs } from "./args";
import { discoveryVariables, DropletDiscovery } from "./discovery";
import { Gate } from "./joined";
import { inboundRules, mostRules, outboundRules, type Inbound, type Outbound } from "./rules";
import { addresses, isWorld } from "./sources";
import { workload, type Workload } from "./workload";

export type Discovery =
  | { readonly kind: "tag"; readonly token: pulumi.Input<string> }
  | { readonly kind: "dns"; readonly domain: string; readonly label: string; readonly query: string };

/** `DropletClusterArgs`, complete and checked; nothing below asks again. */
export interface DropletSpec extends ClusterSpec {
  readonly tag: string;
  readonly plan: AddressPlan;
  readonly discovery: Discovery;
  readonly workload: Workload;
  readonly rules: { readonly inbound: readonly Inbound[]; readonly outbound: readonly Outbound[] };
  readonly loadBalancer: LoadBalancerArgs | undefined;
  readonly reservedAddress: boolean;
  readonly gate: Gate;
  readonly gateTimeoutSeconds: number;
  readonly ipv6: boolean;
}

const defaults = { gateTimeoutSeconds: 900 };

/** @param names the component's name, and the tag where none is given */
export function dropletSpec(names: { name: string; tag: string }, args: DropletClusterArgs): DropletSpec {
  const { name } = names;
  // Droplets, firewalls and load balancers are called after it, and DigitalOcean takes no other characters.
  if (!/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(name)) {
    throw misuse("name", name, 'letters, digits, "." and "-"', "rename the component");
  }
  const spec = clusterSpec({ ...args, image: "" });
  unprivileged(spec);
  const tag = tagName("tag", args.tag ?? names.tag);
  const plan = addressPlan(args.addressing);
  const ipv6 = args.ipv6 ?? plan.family === "ipv6";
  if (plan.family === "ipv6" && !ipv6) {
    throw misuse("ipv6", ipv6, "true where addressing is ipv6", "leave it out");
  }
  if (args.sshKeys.length === 0) {
    throw misuse(
      "sshKeys",
      args.sshKeys,
      "at least one key",
      "give the id or fingerprint of a key in the account",
    );
  }
  return {
    ...spec,
    tag,
    plan,
    ipv6,
    discovery: discovery(name, args, spec),
    workload: workload(args, spec.release),
    rules: rules(tag, args, spec),
    loadBalancer: front(args, spec),
    reservedAddress: args.reservedAddress ?? false,
    gate: gate(args),
    gateTimeoutSeconds: args.gateTimeoutSeconds ?? defaults.gateTimeoutSeconds,
  };
}

/** The release never runs as root, and Linux lets nobody else listen below 1024; SSH's port is among them. */
function unprivileged({ ports, http }: ClusterSpec): void {
  const wanted = [
    ...(http === undefined ? [] : [["http.port", http.port] as const]),
    ...(ports.epmd ? [["ports.epmdPort", ports.epmdPort] as const] : []),
    ["ports.distPorts.first", ports.distPorts.first] as const,
  ];
  for (const [field, port] of wanted) {
    if (port < 1024) {
      throw misuse(
        field,
        port,
        "1024 to 65535, because the release does not run as root",
        field === "http.port" ? "move it, and let a load balancer answer on 80 or 443" : "move it",
      );
    }
  }
}

function discovery(name: string, args: DropletClusterArgs, spec: ClusterSpec): Discovery {
  const taken = discoveryVariables.find((variable) => variable in spec.env || variable in spec.secrets);
  switch (args.discovery) {
    case DropletDiscovery.Tag:
      if (args.discoveryToken === undefined) {
        throw misuse(
          "discoveryToken",
          undefined,
          "an API token where discovery is tag",
          "make one that may read droplets and tags, or choose dns",
        );
      }
      if (taken !== undefined) {
        throw misuse("env", taken, "names that discovery by tag does not set itself", "leave it out");
      }
      return { kind: "tag", token: args.discoveryToken };
    case DropletDiscovery.Dns: {
      if (args.domain === undefined) {
        throw misuse(
          "domain",
          undefined,
          "a domain in the account where discovery is dns",
          "add one to DigitalOcean's DNS, or choose tag",
        );
      }
      if (args.discoveryToken !== undefined) {
        throw misuse(
          "discoveryToken",
          "given",
          "nothing where discovery is dns",
          "leave it out: no node needs one",
        );
      }
      const label = args.dnsName ?? name.toLowerCase();
      return {
        kind: "dns",
        domain: args.domain,
        label,
        query: dnsQuery("domain", `${label}.${args.domain}`),
      };
    }
    default:
      throw misuse(
        "discovery",
        args.discovery,
        Object.values(DropletDiscovery).join(" or "),
        "choose one; the docs tell the trade",
      );
  }
}

function rules(tag: string, args: DropletClusterArgs, spec: ClusterSpec): DropletSpec["rules"] {
  const sshSources = addresses("sshSources", args.sshSources ?? []);
  const open = sshSources.find(isWorld);
  if (open !== undefined && args.sshFromAnywhere !== true) {
    throw misuse(
      "sshSources",
      open,
      "smaller blocks, unless sshFromAnywhere is true",
      "name your own addresses, or say that you mean it",
    );
  }
  const httpSources = addresses("httpSources", args.httpSources ?? []);
  if (httpSources.length > 0 && spec.http === undefined) {
    throw misuse("httpSources", httpSources, "nothing where there is no http", "give http.port too");
  }
  for (const peer of args.peers ?? []) {
    if (JSON.stringify(peer.portPolicy) !== JSON.stringify(spec.ports)) {
      throw misuse(
        "peers",
        peer.tagName,
        "clusters of the same ports",
        "nodes assume their peers' epmd port, so give both clusters one policy",
      );
    }
  }
  const tags = [
    tag,
    ...(args.peers ?? []).map(({ tagName: theirs }) => theirs),
    ...(args.peerTags ?? []).map((one) => tagName("peerTags", one)),
  ];
  const inbound = inboundRules({
    ports: spec.ports,
    tags: [...new Set(tags)],
    httpPort: spec.http?.port,
    httpSources,
    behindLoadBalancer: args.loadBalancer !== undefined,
    sshSources,
  });
  const outbound = outboundRules(spec.ports, [...new Set(tags)], more(args, spec));
  if (inbound.length + outbound.length > mostRules) {
    throw misuse(
      "outbound",
      `${inbound.length + outbound.length} rules in all`,
      `at most ${mostRules} in one firewall`,
      "join ranges, or bind a firewall of your own to the tag",
    );
  }
  return { inbound, outbound };
}

function more(args: DropletClusterArgs, spec: ClusterSpec): readonly Outbound[] {
  return (args.outbound ?? []).map(({ protocol = "tcp", ports, addresses: ends }) => {
    const { first, last } = ports;
    if (!Number.isInteger(first) || !Number.isInteger(last) || first < 1 || last > 65535 || last < first) {
      throw misuse(
        "outbound.ports",
        `${first}-${last}`,
        "ports from 1 to 65535, first to last",
        "give a range such as 5432-5432",
      );
    }
    const end = { addresses: addresses("outbound.addresses", ends) };
    const mine = Array.from({ length: last - first + 1 }, (_, offset) => first + offset).find((port) =>
      isClusterPort(spec.ports, port),
    );
    if (mine !== undefined && ends.some(isWorld)) {
      throw misuse(
        "outbound.ports",
        show(ports),
        `ranges without the cluster's own port ${mine}, where the addresses are the world's`,
        "narrow the ports or the addresses",
      );
    }
    return { why: "Asked for in `outbound`.", protocol, ports, end };
  });
}

function front(args: DropletClusterArgs, spec: ClusterSpec): LoadBalancerArgs | undefined {
  if (args.loadBalancer !== undefined && spec.http === undefined) {
    throw misuse("loadBalancer", "given", "nothing where there is no http", "give http.port too");
  }
  if (args.reservedAddress === true && spec.nodes !== 1) {
    throw misuse("reservedAddress", true, "false where there is more than one node", "use loadBalancer");
  }
  if (args.reservedAddress === true && args.loadBalancer !== undefined) {
    throw misuse("reservedAddress", true, "false where there is a load balancer", "keep one of the two");
  }
  return args.loadBalancer;
}

function gate(args: DropletClusterArgs): Gate {
  const ssh = (args.sshSources ?? []).length > 0;
  const http = (args.httpSources ?? []).length > 0 && args.http?.healthCheckPath !== undefined;
  const chosen = args.gate ?? (ssh ? Gate.Ssh : http ? Gate.Http : Gate.None);
  if (!Object.values(Gate).includes(chosen)) {
    throw misuse("gate", chosen, Object.values(Gate).join(", "), "choose one");
  }
  if (chosen === Gate.Ssh && !ssh) {
    throw misuse(
      "gate",
      chosen,
      "ssh only with sshSources",
      "let the machine that runs pulumi reach SSH, or choose none",
    );
  }
  if (chosen === Gate.Http && !http) {
    throw misuse(
      "gate",
      chosen,
      "http only with httpSources and http.healthCheckPath",
      "let the machine that runs pulumi reach HTTP, or choose none",
    );
  }
  return chosen;
}

/** https://docs.digitalocean.com/reference/api/reference/tags/ */
function tagName(field: string, name: string): string {
  if (!/^[A-Za-z0-9_:-]{1,255}$/.test(name)) {
    throw misuse(
      field,
      name,
      'a tag of 1 to 255 letters, digits, ":", "-" and "_"',
      "give one such as my-app-prod",
    );
  }
  return name;
}
