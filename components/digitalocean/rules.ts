import { openPorts, show, type PortPolicy, type PortRange } from "../beam/portPolicy";

/** A rule of a cloud firewall. DigitalOcean keeps no description with a rule, so `why` stays with us. */
export interface Rule<End> {
  /** What it is for, in a sentence. */
  readonly why: string;
  readonly protocol: "tcp" | "udp";
  readonly ports: PortRange;
  /** Who is at the other end. */
  readonly end: End;
}

/** Tags are plain names: an output of a resource that may be replaced breaks the update (pulumi-digitalocean#447). */
export type Source =
  | { readonly tags: readonly string[] }
  | { readonly addresses: readonly string[] }
  | { readonly loadBalancer: true };
export type Destination = Exclude<Source, { readonly loadBalancer: true }>;

export type Inbound = Rule<Source>;
export type Outbound = Rule<Destination>;

/** What a cloud firewall holds at most: https://docs.digitalocean.com/products/networking/firewalls/details/limits/ */
export const mostRules = 50;

const anywhere: Destination = { addresses: ["0.0.0.0/0", "::/0"] };
const single = (port: number): PortRange => ({ first: port, last: port });

/** The cluster's own ports, from tag to tag and nothing else. */
function clusterRules(
  ports: PortPolicy,
  tags: readonly string[],
  direction: string,
): Rule<{ tags: readonly string[] }>[] {
  return openPorts(ports).map((open) => ({
    why: `${open.purpose} ${direction} droplets tagged ${tags.join(", ")} (${show(open)}).`,
    protocol: "tcp",
    ports: { first: open.first, last: open.last },
    end: { tags },
  }));
}

export interface InboundSpec {
  readonly ports: PortPolicy;
  /** The cluster's own tag first, then its peers'. */
  readonly tags: readonly string[];
  readonly httpPort: number | undefined;
  readonly httpSources: readonly string[];
  readonly behindLoadBalancer: boolean;
  readonly sshSources: readonly string[];
}

export function inboundRules(spec: InboundSpec): readonly Inbound[] {
  const { httpPort, httpSources, sshSources } = spec;
  const rules: Inbound[] = [...clusterRules(spec.ports, spec.tags, "from")];
  if (httpPort !== undefined && spec.behindLoadBalancer) {
    rules.push({
      why: "HTTP from the load balancer.",
      protocol: "tcp",
      ports: single(httpPort),
      end: { loadBalancer: true },
    });
  }
  if (httpPort !== undefined && httpSources.length > 0) {
    rules.push({
      why: "HTTP from the sources given.",
      protocol: "tcp",
      ports: single(httpPort),
      end: { addresses: httpSources },
    });
  }
  if (sshSources.length > 0) {
    rules.push({
      why: "SSH from the sources given.",
      protocol: "tcp",
      ports: single(sshPort),
      end: { addresses: sshSources },
    });
  }
  return rules;
}

const sshPort = 22;

export function outboundRules(
  ports: PortPolicy,
  tags: readonly string[],
  more: readonly Outbound[],
): readonly Outbound[] {
  return [
    ...clusterRules(ports, tags, "to"),
    { why: "Names are resolved.", protocol: "udp", ports: single(53), end: anywhere },
    { why: "Names with long answers are resolved.", protocol: "tcp", ports: single(53), end: anywhere },
    { why: "The clock is set.", protocol: "udp", ports: single(123), end: anywhere },
    // Ubuntu and Debian fetch their (signed) packages by plain HTTP, and the metrics agent asks for it too:
    // https://docs.digitalocean.com/support/how-can-i-allowlist-the-digitalocean-metrics-agent-with-my-firewall/
    { why: "The distribution's packages are fetched.", protocol: "tcp", ports: single(80), end: anywhere },
    {
      why: "Images, releases and HTTPS APIs are reached.",
      protocol: "tcp",
      ports: single(443),
      end: anywhere,
    },
    ...more,
  ];
}

/** What a peer's side needs, so that its nodes and ours reach each other: a firewall of its own, bound to its tag. */
export function peerRules(
  ports: PortPolicy,
  ourTag: string,
): { inbound: readonly Inbound[]; outbound: readonly Outbound[] } {
  return { inbound: clusterRules(ports, [ourTag], "from"), outbound: clusterRules(ports, [ourTag], "to") };
}
