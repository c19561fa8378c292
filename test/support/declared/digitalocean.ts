import { all, one, type Declared } from "../../../testing";

type Party = "members" | "peers" | "loadBalancer" | { readonly network: string };

export interface DropletRule {
  readonly protocol: "tcp" | "udp";
  readonly ports: { readonly first: number; readonly last: number };
  readonly party: Party;
  readonly purpose: string;
}

/** What a `DropletCluster` declared about its droplets, read from nothing but the recorded resources. */
export interface DropletDeclaration {
  readonly policy: { readonly in: readonly DropletRule[]; readonly out: readonly DropletRule[] };
  /** What cloud-init is given. */
  readonly userData: string;
  /** The name under which the droplets' records stand; empty where they are found by tag. */
  readonly dnsName: string;
}

interface FirewallRule {
  readonly protocol: "tcp" | "udp";
  readonly portRange: string;
  readonly sourceTags?: readonly string[];
  readonly destinationTags?: readonly string[];
  readonly sourceAddresses?: readonly string[];
  readonly destinationAddresses?: readonly string[];
}

/** Compiles the cloud firewall of the component `name`, and its droplets. */
export function declaredDroplets(resources: readonly Declared[], name: string): DropletDeclaration {
  const own = resources.filter(({ parent }) => parent === name);
  const tag = String(one(own, "digitalocean:index/tag:Tag").inputs.name);
  const firewall = one(own, "digitalocean:index/firewall:Firewall").inputs;
  const [droplet] = all(own, "digitalocean:index/droplet:Droplet");
  const [record] = all(own, "digitalocean:index/dnsRecord:DnsRecord");
  return {
    policy: {
      in: (firewall.inboundRules as FirewallRule[]).flatMap((rule) => compiled(rule, tag, "from")),
      out: (firewall.outboundRules as FirewallRule[]).flatMap((rule) => compiled(rule, tag, "to")),
    },
    userData: String(droplet?.inputs.userData),
    dnsName: record === undefined ? "" : `${String(record.inputs.name)}.${String(record.inputs.domain)}`,
  };
}

/** A rule names several parties; each becomes a rule of its own, so that each can be taken away. */
function compiled(rule: FirewallRule, tag: string, direction: string): readonly DropletRule[] {
  const [first = "", last = first] = rule.portRange.split("-");
  const tags = rule.sourceTags ?? rule.destinationTags ?? [];
  const addresses = rule.sourceAddresses ?? rule.destinationAddresses ?? [];
  const parties: readonly Party[] = [
    ...tags.map((one): Party => (one === tag ? "members" : "peers")),
    ...addresses.map((network): Party => ({ network })),
    ...(tags.length + addresses.length === 0 ? (["loadBalancer"] as const) : []),
  ];
  return parties.map((party) => ({
    protocol: rule.protocol,
    ports: { first: Number(first), last: Number(last) },
    party,
    purpose: `${rule.protocol} ${rule.portRange} ${direction} ${typeof party === "string" ? party : party.network}`,
  }));
}
