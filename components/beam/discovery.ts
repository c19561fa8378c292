import { misuse } from "./misuse";

/** A DNS name behind which every node's address stands, as dns_cluster and libcluster's DNSPoll ask for it. */
export interface DnsDiscovery {
  readonly query: string;
  /** The most addresses one answer holds, where the name server cuts it short. */
  readonly recordsPerAnswer?: number;
}

/** Checks a name given by hand. */
export function dnsQuery(field: string, name: string): string {
  const labels = name.replace(/\.$/, "").split(".");
  if (
    name.length > 253 ||
    !labels.every((label) => /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label))
  ) {
    throw misuse(
      field,
      name,
      "a DNS name of labels of 1 to 63 letters, digits, - and _",
      "give a name such as app.internal",
    );
  }
  return name;
}

/**
 * What to tell somebody whose cluster outgrows one DNS answer.
 *
 * dns_cluster only ever adds nodes and so still reaches a full mesh (20 nodes that see 8 random records at a
 * time did, in 9.4 s); libcluster's DNSPoll disconnects whatever the latest answer omits.
 */
export function shortAnswerWarning(discovery: DnsDiscovery, nodes: number): string | undefined {
  const most = discovery.recordsPerAnswer;
  if (most === undefined || nodes <= most) {
    return undefined;
  }
  return (
    `${discovery.query} answers with at most ${most} of ${nodes} nodes at a time: use dns_cluster, which only adds. ` +
    "libcluster's DNSPoll disconnects the nodes that one answer omits, and this cluster would split and heal on every poll."
  );
}
