import { openPorts, show, type OpenPorts, type PortPolicy } from "../beam/portPolicy";

/** A security group by its part: the nodes', the load balancer's, or that of a peer. */
export type Group = "nodes" | "loadBalancer" | `peer:${string}`;

/** Who is on the other side of a rule. */
export type Other = { readonly group: Group } | { readonly cidrIpv4: string } | { readonly cidrIpv6: string };

/** One rule of one group. TCP is all there is. */
export interface Rule {
  /** Stable word for the name of its resource. */
  readonly key: string;
  readonly direction: "ingress" | "egress";
  readonly of: Group;
  readonly other: Other;
  readonly first: number;
  readonly last: number;
  /** A sentence for whoever meets the rule in the console. */
  readonly description: string;
}

export interface PeerRules {
  readonly name: string;
  readonly ports: PortPolicy;
}

export interface EgressTo {
  readonly key: string;
  readonly cidr: string;
  readonly port: number;
  readonly description: string;
}

export interface RulesSpec {
  readonly cluster: string;
  readonly ports: PortPolicy;
  readonly peers: readonly PeerRules[];
  readonly egress: readonly EgressTo[];
  /** Port that only a load balancer reaches; none where there is no load balancer. */
  readonly http:
    { readonly port: number; readonly ownLoadBalancer: LoadBalancerRules | undefined } | undefined;
}

export interface LoadBalancerRules {
  readonly allowFrom: readonly string[];
  readonly ports: readonly number[];
}

/** Every rule a cluster declares; what is not named here is closed. */
export function rules(spec: RulesSpec): readonly Rule[] {
  return [...amongNodes(spec), ...withPeers(spec), ...http(spec), ...egress(spec)];
}

function amongNodes({ cluster, ports }: RulesSpec): readonly Rule[] {
  return openPorts(ports).flatMap((range) => [
    rule(
      "ingress",
      "nodes",
      "nodes",
      range,
      `${word(range)}-in`,
      `${what(range)} from the nodes of ${cluster}`,
    ),
    rule(
      "egress",
      "nodes",
      "nodes",
      range,
      `${word(range)}-out`,
      `${what(range)} to the nodes of ${cluster}`,
    ),
  ]);
}

/** Both sides dial, so each side's ports are opened on it, to the other and to nobody else. */
function withPeers({ cluster, ports, peers }: RulesSpec): readonly Rule[] {
  return peers.flatMap(({ name, ports: theirs }) => {
    const peer: Group = `peer:${name}`;
    return [
      ...openPorts(ports).flatMap((range) => [
        rule(
          "ingress",
          "nodes",
          peer,
          range,
          `${word(range)}-in-from-${name}`,
          `${what(range)} from its peer ${name}`,
        ),
        rule(
          "egress",
          peer,
          "nodes",
          range,
          `${word(range)}-out-of-${name}`,
          `${what(range)} to its peer ${cluster}`,
        ),
      ]),
      ...openPorts(theirs).flatMap((range) => [
        rule(
          "ingress",
          peer,
          "nodes",
          range,
          `${word(range)}-into-${name}`,
          `${what(range)} from its peer ${cluster}`,
        ),
        rule(
          "egress",
          "nodes",
          peer,
          range,
          `${word(range)}-out-to-${name}`,
          `${what(range)} to its peer ${name}`,
        ),
      ]),
    ];
  });
}

function http({ cluster, http }: RulesSpec): readonly Rule[] {
  if (http === undefined) {
    return [];
  }
  const port = { first: http.port, last: http.port };
  const into = rule(
    "ingress",
    "nodes",
    "loadBalancer",
    port,
    "http-in",
    `HTTP from the load balancer of ${cluster}`,
  );
  if (http.ownLoadBalancer === undefined) {
    return [into];
  }
  const { allowFrom, ports } = http.ownLoadBalancer;
  return [
    into,
    rule("egress", "loadBalancer", "nodes", port, "lb-http-out", `HTTP to the nodes of ${cluster}`),
    ...ports.flatMap((listener) =>
      [...new Set(allowFrom)].map((cidr): Rule => ({
        key: `lb-${listener}-in-from-${cidr.replaceAll(/[^0-9a-f]+/g, "-")}`,
        direction: "ingress",
        of: "loadBalancer",
        other: block(cidr),
        first: listener,
        last: listener,
        description: `Visitors of ${cluster} from ${cidr}`,
      })),
    ),
  ];
}

function egress(spec: RulesSpec): readonly Rule[] {
  return spec.egress.map(({ key, cidr, port, description }) => ({
    key: `${key}-out`,
    direction: "egress",
    of: "nodes",
    other: block(cidr),
    first: port,
    last: port,
    description,
  }));
}

function rule(
  direction: Rule["direction"],
  of: Group,
  group: Group,
  { first, last }: { readonly first: number; readonly last: number },
  key: string,
  description: string,
): Rule {
  return { key, direction, of, other: { group }, first, last, description };
}

function block(cidr: string): Other {
  return cidr.includes(":") ? { cidrIpv6: cidr } : { cidrIpv4: cidr };
}

function word({ purpose }: OpenPorts): string {
  return purpose === "epmd" ? "epmd" : "distribution";
}

function what(range: OpenPorts): string {
  return `${range.purpose} (${show(range)})`;
}
