import type { PortRange } from "../../../components/beam/portPolicy";

/** One thing a host lets through. What a target declared is compiled to these. */
export interface Allow {
  readonly protocol: "tcp" | "udp" | "icmp";
  /** Ports of the machine that is dialled; none for ICMP. */
  readonly ports?: PortRange;
  /** Addresses or networks of the other side, IPv4 or IPv6. None means nobody. */
  readonly others: readonly string[];
}

/** What comes in and goes out of a host; all the rest is dropped. */
export interface Filter {
  /** `"all"` where the target filters nothing on this side. */
  readonly in: readonly Allow[] | "all";
  readonly out: readonly Allow[] | "all";
  /** Hosts that are cut off for the time being, with connections broken rather than left hanging. */
  readonly cut?: readonly string[];
}

/** The name server, the metadata service and the network's own machinery, which every cloud lets through. */
const cloud = ["10.77.0.1", "169.254.169.254", "169.254.170.2"];

/** Renders a filter for nftables. */
export function ruleset(filter: Filter): string {
  return `flush ruleset
table inet host {
${chain("input", filter.in, "saddr", filter.cut)}
${chain("output", filter.out, "daddr", [])}
}
`;
}

function chain(
  hook: "input" | "output",
  allowed: Filter["in"],
  side: "saddr" | "daddr",
  cut: readonly string[] = [],
): string {
  const lines = [
    ...cut.flatMap((address) => [
      // A connection that says anything is reset, so that it is lost now and not when Erlang gives up on it.
      `${family(address)} ${side} ${address} meta l4proto tcp reject with tcp reset`,
      `${family(address)} ${side} ${address} drop`,
    ]),
    `${hook === "input" ? "iif" : "oif"} lo accept`,
    // A stateful firewall, as every cloud's is.
    "ct state established,related accept",
    "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept",
    `ip ${side} { ${cloud.join(", ")} } accept`,
    ...(allowed === "all" ? ["accept"] : allowed.flatMap((one) => accept(one, side))),
  ];
  return `  chain ${hook} {
    type filter hook ${hook} priority 0; policy drop;
${lines.map((line) => `    ${line}`).join("\n")}
  }`;
}

function accept({ protocol, ports, others }: Allow, side: string): readonly string[] {
  const match =
    protocol === "icmp"
      ? "meta l4proto { icmp, ipv6-icmp }"
      : `${protocol} dport ${ports === undefined ? "0-65535" : `${ports.first}-${ports.last}`}`;
  const byFamily = (wanted: "ip" | "ip6") => others.filter((one) => family(one) === wanted);
  return (["ip", "ip6"] as const).flatMap((which) => {
    const addresses = byFamily(which);
    return addresses.length === 0 ? [] : [`${which} ${side} { ${addresses.join(", ")} } ${match} accept`];
  });
}

function family(address: string): "ip" | "ip6" {
  return address.includes(":") ? "ip6" : "ip";
}
