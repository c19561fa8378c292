import { dnsQuery } from "../beam/discovery";
import { misuse } from "../beam/misuse";
import { portPolicy, type PortPolicy } from "../beam/portPolicy";
import type { FargateClusterArgs, FargatePeerArgs } from "./args";
import { cidr, portNumber, whole, word } from "./checks";
import type { EgressTo, LoadBalancerRules, PeerRules } from "./rules";

/** Phoenix's clients beat every 30 seconds, and a beat may be late. */
const defaultIdleTimeoutSeconds = 120;

export type LoadBalancerSpec = LoadBalancerRules & { readonly idleTimeoutSeconds: number };

/** Checks the peers; `own` is the policy of this cluster. */
export function peers(given: readonly FargatePeerArgs[], own: PortPolicy): readonly PeerRules[] {
  return given.map(({ name, ports }, index) => {
    const field = `peers[${index}]`;
    word(`${field}.name`, name);
    if (given.findIndex((other) => other.name === name) !== index) {
      throw misuse(`${field}.name`, name, "a name that no other peer has", "name each peer once");
    }
    const theirs = ports === undefined ? own : portPolicy(ports);
    // A node asks the same epmd port, or without epmd dials the same port, on every peer.
    if (knock(theirs) !== knock(own)) {
      throw misuse(
        `${field}.ports`,
        knock(theirs),
        `a policy that also uses ${knock(own)}`,
        "nodes assume their own way to find ports for all of their peers; give both clusters the same",
      );
    }
    return { name, ports: theirs };
  });
}

function knock(ports: PortPolicy): string {
  return ports.epmd ? `epmd on ${ports.epmdPort}` : `port ${ports.distPorts.first} without epmd`;
}

/** The names under which peers are found, as far as they are told. */
export function peerQueries(given: readonly FargatePeerArgs[]): readonly string[] {
  return given.flatMap(({ dnsQuery: query }, index) =>
    query === undefined ? [] : [dnsQuery(`peers[${index}].dnsQuery`, query)],
  );
}

/** Checks what the nodes may reach outside the cluster. */
export function egress(args: FargateClusterArgs): readonly EgressTo[] {
  const everywhere = [{ name: "https", cidr: "0.0.0.0/0", port: 443 }];
  return (args.egress ?? everywhere).map(({ name, cidr: block, port }, index, all) => {
    const field = `egress[${index}]`;
    word(`${field}.name`, name);
    if (all.findIndex((other) => other.name === name) !== index) {
      throw misuse(`${field}.name`, name, "a name that no other egress has", "name each once");
    }
    return {
      key: name,
      cidr: cidr(`${field}.cidr`, block),
      port: portNumber(`${field}.port`, port),
      description: `TCP ${port} to ${block} (${name})`,
    };
  });
}

/** Checks the load balancer. */
export function loadBalancer({ loadBalancer: given }: FargateClusterArgs): LoadBalancerSpec | undefined {
  if (given === undefined) {
    return undefined;
  }
  if (given.allowFrom.length === 0) {
    throw misuse(
      "loadBalancer.allowFrom",
      [],
      "one range of addresses or more",
      'give some, such as "0.0.0.0/0" for everybody',
    );
  }
  return {
    allowFrom: given.allowFrom.map((block, index) => cidr(`loadBalancer.allowFrom[${index}]`, block)),
    ports: given.certificateArn === undefined ? [80] : [80, 443],
    idleTimeoutSeconds: whole(
      "loadBalancer.idleTimeoutSeconds",
      given.idleTimeoutSeconds ?? defaultIdleTimeoutSeconds,
      1,
      4000,
    ),
  };
}
