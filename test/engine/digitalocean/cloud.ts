import type { Properties } from "../../../provider/values";
import type { Cloud, Held } from "../../support/recorder";

const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
const ofType = (others: readonly Held[], type: string) =>
  others.filter((one) => one.type.endsWith(`:${type}`));
const tagNames = (others: readonly Held[]) => ofType(others, "Tag").map(({ inputs }) => inputs.name);

/** A droplet outside every firewall is open to the world, while it boots as while it goes. */
function unprotected(inputs: Properties, others: readonly Held[]): string | undefined {
  const tags = strings(inputs.tags);
  const covered = ofType(others, "Firewall").some((one) =>
    strings(one.inputs.tags).some((tag) => tags.includes(tag)),
  );
  return covered ? undefined : "no firewall covers the droplet";
}

/** The firewall's tags must be there, whether it is bound to them or names them in its rules. */
function unknownTag(inputs: Properties, others: readonly Held[]): string | undefined {
  const named = [...JSON.stringify(inputs).matchAll(/"(?:tags|sourceTags|destinationTags)":\[([^\]]*)\]/g)];
  const tags = named.flatMap(([, list = ""]) => [...list.matchAll(/"([^"]+)"/g)].map(([, tag]) => tag));
  const unknown = tags.find((tag) => !tagNames(others).includes(tag ?? ""));
  return unknown === undefined ? undefined : `tag ${unknown} does not exist`;
}

const address = (id: string) => id.replace("Droplet-", "");

/** DigitalOcean as the plugin of 4.80.1 shows it: what replaces, what it computes, what it refuses. */
export const cloud: Cloud = {
  types: {
    "digitalocean:index/tag:Tag": {
      id: (name, inputs) => (typeof inputs.name === "string" ? inputs.name : name),
      replaces: ["name"],
      deleteBeforeReplace: true,
    },
    "digitalocean:index/firewall:Firewall": { autoName: "name", refuses: unknownTag },
    "digitalocean:index/droplet:Droplet": {
      autoName: "name",
      replaces: ["image", "region", "vpcUuid", "userData", "sshKeys", "monitoring"],
      outputs: (id) => ({
        ipv4Address: `203.0.113.${address(id)}`,
        ipv4AddressPrivate: `10.0.0.${address(id)}`,
        ipv6Address: `2001:DB8:0:0:0:0:0:${address(id)}`,
      }),
      refuses: unprotected,
      inUse: (own, others) => unprotected(own.inputs, others),
    },
    "digitalocean:index/dnsRecord:DnsRecord": { replaces: ["domain", "type"], deleteBeforeReplace: true },
    "digitalocean:index/loadBalancer:LoadBalancer": {
      autoName: "name",
      replaces: ["region", "vpcUuid"],
      outputs: () => ({ ip: "198.51.100.1" }),
      refuses: ({ dropletTag }, others) =>
        tagNames(others).includes(dropletTag ?? "") ? undefined : "no such tag",
    },
    "digitalocean:index/reservedIp:ReservedIp": {
      replaces: ["region"],
      outputs: () => ({ ipAddress: "198.51.100.2" }),
    },
  },
};
