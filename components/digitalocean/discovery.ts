import type { PortPolicy } from "../beam/portPolicy";
import type { AddressPlan } from "./addressing";

/** How the nodes of a cluster find each other. */
export const DropletDiscovery = {
  /** Each node asks the API for the droplets of the tag (libcluster_droplet): needs a token on every node. */
  Tag: "tag",
  /** Each node asks DNS (dns_cluster, libcluster's DNSPoll): needs a domain in the account, and no token. */
  Dns: "dns",
} as const;
export type DropletDiscovery = (typeof DropletDiscovery)[keyof typeof DropletDiscovery];

/** The least that DigitalOcean's name servers take, in seconds: https://docs.digitalocean.com/products/networking/dns/ */
export const dnsTtlSeconds = 30;

/**
 * The settings of libcluster_droplet, as the release's environment. Its `config/runtime.exs` reads them back;
 * docs/digitalocean.md has the lines.
 */
export function libclusterDroplet(
  tag: string,
  basename: string,
  plan: AddressPlan,
  ports: PortPolicy,
): Readonly<Record<string, string>> {
  return {
    DIGITALOCEAN_TAG: tag,
    DIGITALOCEAN_NETWORK: plan.network,
    DIGITALOCEAN_IPV6: String(plan.family === "ipv6"),
    DIGITALOCEAN_NODE_BASENAME: basename,
    // A port that is open between the nodes and answers as soon as one of them runs.
    DIGITALOCEAN_HEALTH_CHECK_PORT: String(ports.epmd ? ports.epmdPort : ports.distPorts.first),
    DIGITALOCEAN_HEALTH_CHECK_TIMEOUT_MS: "500",
    DIGITALOCEAN_POLLING_INTERVAL_MS: "5000",
  };
}

/** Environment that discovery sets, and that the user therefore must not. */
export const discoveryVariables = [
  "DIGITALOCEAN_TOKEN",
  "DIGITALOCEAN_TAG",
  "DIGITALOCEAN_NETWORK",
  "DIGITALOCEAN_IPV6",
  "DIGITALOCEAN_NODE_BASENAME",
  "DIGITALOCEAN_HEALTH_CHECK_PORT",
  "DIGITALOCEAN_HEALTH_CHECK_TIMEOUT_MS",
  "DIGITALOCEAN_POLLING_INTERVAL_MS",
];
