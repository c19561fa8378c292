import type * as pulumi from "@pulumi/pulumi";
import { misuse } from "../beam/misuse";
import { openPorts, portPolicy, show, type PortPolicy } from "../beam/portPolicy";
import type { CloudFoundryPeer } from "./args";

/** A peer, checked. */
export interface Peer {
  readonly name: string;
  readonly appGuid: pulumi.Input<string>;
  readonly ports: PortPolicy;
}

/** Who may reach which ports; `self` is the app of this cluster, any other word the peer of that name. */
export interface PolicyRule {
  /** Stable word for the name of its resource. */
  readonly word: string;
  readonly source: string;
  readonly destination: string;
  readonly firstPort: number;
  readonly lastPort: number;
  readonly description: string;
}

const self = "self";

/**
 * Every policy of a cluster and nothing else. Containers reach each other only by policy, an app's own instances
 * included: https://docs.cloudfoundry.org/concepts/understand-cf-networking.html
 */
export function policyRules(app: string, ports: PortPolicy, peers: readonly Peer[]): readonly PolicyRule[] {
  const rules = (from: string, to: string, open: PortPolicy): readonly PolicyRule[] =>
    openPorts(open).map(({ first, last, purpose }) => ({
      word: `${from === to ? self : `${from}-to-${to}`}-${purpose === "epmd" ? "epmd" : "dist"}`,
      source: from,
      destination: to,
      firstPort: first,
      lastPort: last,
      description:
        from === to
          ? `${purpose} between the nodes of ${app} (${show({ first, last })})`
          : `${purpose} from the nodes of ${from === self ? app : from} to those of ${to === self ? app : to} (${show({ first, last })})`,
    }));
  return [
    ...rules(self, self, ports),
    ...peers.flatMap((peer) => [...rules(self, peer.name, peer.ports), ...rules(peer.name, self, ports)]),
  ];
}

/** Of how many policies the app is the source. */
export function policyCount(ports: PortPolicy, peers: readonly Peer[]): number {
  return policyRules("", ports, peers).filter(({ source }) => source === self).length;
}

/** The guid behind a rule's word. */
export function guidOf(
  word: string,
  app: pulumi.Input<string>,
  peers: readonly Peer[],
): pulumi.Input<string> {
  return peers.find(({ name }) => name === word)?.appGuid ?? app;
}

export function checkedPeers(peers: readonly CloudFoundryPeer[]): readonly Peer[] {
  const names = peers.map(({ name }) => name);
  for (const [index, name] of names.entries()) {
    if (!/^[a-z0-9][a-z0-9-]*$/.test(name) || name === self || names.indexOf(name) !== index) {
      throw misuse(
        "peers",
        name,
        `names of lower-case letters, digits and "-", each once, and not "${self}"`,
        "give every peer a plain name of its own",
      );
    }
  }
  return peers.map(({ name, appGuid, ports }) => ({ name, appGuid, ports: portPolicy(ports) }));
}
