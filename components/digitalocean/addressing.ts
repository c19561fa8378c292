import { misuse } from "../beam/misuse";
import type { AddressFamily } from "../beam/bootScript";

/** Which of a droplet's addresses names its node and carries the cluster's traffic. */
export const Addressing = {
  /** The VPC's IPv4 address. */
  Private: "private",
  /** The public IPv4 address. */
  Public: "public",
  /** The public IPv6 address; VPCs have none. */
  Ipv6: "ipv6",
} as const;
export type Addressing = (typeof Addressing)[keyof typeof Addressing];

/** All that depends on the choice. */
export interface AddressPlan {
  readonly family: AddressFamily;
  /** Path below the metadata service's `/metadata/v1/`: https://docs.digitalocean.com/reference/api/metadata/ */
  readonly metadataPath: string;
  readonly recordType: "A" | "AAAA";
  /** As libcluster_droplet calls it. */
  readonly network: "private" | "public";
  readonly output: "ipv4AddressPrivate" | "ipv4Address" | "ipv6Address";
}

const plans: Readonly<Record<Addressing, AddressPlan>> = {
  private: {
    family: "ipv4",
    metadataPath: "interfaces/private/0/ipv4/address",
    recordType: "A",
    network: "private",
    output: "ipv4AddressPrivate",
  },
  public: {
    family: "ipv4",
    metadataPath: "interfaces/public/0/ipv4/address",
    recordType: "A",
    network: "public",
    output: "ipv4Address",
  },
  ipv6: {
    family: "ipv6",
    metadataPath: "interfaces/public/0/ipv6/address",
    recordType: "AAAA",
    network: "public",
    output: "ipv6Address",
  },
};

export function addressPlan(addressing: Addressing = Addressing.Private): AddressPlan {
  if (!(addressing in plans)) {
    throw misuse("addressing", addressing, Object.values(Addressing).join(", "), "choose one");
  }
  return plans[addressing];
}

/**
 * An address in the one form in which DNS answers, and so dns_cluster names a node. The plugin and the metadata
 * service may write IPv6 in full and in capitals.
 */
export function canonical(address: string): string {
  return address.includes(":") && URL.canParse(`http://[${address}]`)
    ? new URL(`http://[${address}]`).hostname.slice(1, -1)
    : address;
}
