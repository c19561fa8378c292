import type { AddressFamily } from "../../components/beam/bootScript";
import type { PortRange } from "../../components/beam/portPolicy";
import type { Host, NetworkOptions } from "../support/net/hosts";

/** Who the other side of a rule is, as a target's compiler tells it. */
export type Party = "members" | "peers" | "loadBalancer" | "network" | { readonly network: string };

export interface Rule {
  readonly protocol: "tcp" | "udp" | "icmp";
  readonly ports?: PortRange;
  readonly party: Party;
  /** The words of the rule, for the test's title. */
  readonly purpose: string;
}

/** What a target's declared resources let in and out of a node, compiled. */
export interface Policy {
  readonly in: readonly Rule[] | "all";
  readonly out: readonly Rule[] | "all";
}

/** A container as the target declared it. */
export interface Start {
  /** Runs a command of the release: `start`, `remote`, `rpc EXPR`. */
  readonly command: (...args: string[]) => readonly string[];
  /** Environment of every process of the container, secrets included. */
  readonly env: Readonly<Record<string, string>>;
}

/** What a target declared for a cluster of some nodes, read from the resources recorded under mocks. */
export interface Declaration {
  readonly policy: Policy;
  readonly start: Start;
  /** The name its nodes ask for their peers. */
  readonly dns: { readonly name: string; readonly most?: number };
  readonly cookie: string;
  /** The part of the nodes' names before the `@`. */
  readonly basename: string;
}

export interface DeclareOptions {
  readonly nodes: number;
  readonly epmd: boolean;
  /** Where the sample release lies; a container would have it at /app. */
  readonly release: string;
}

/**
 * A target in the ring. A later target adds a file with one of these under `rows/`, and a test file that hands it to `ring`; all claims
 * then hold for it, or the ring is red.
 */
export interface Row {
  readonly target: string;
  readonly families: readonly AddressFamily[];
  readonly network?: Partial<NetworkOptions>;
  readonly metadataAddresses?: readonly string[];
  /** Whether the target's network keeps a stranger on it away from the ports, or the reason why only the cookie does. */
  readonly stranger: "kept out" | { readonly onlyTheCookie: string };
  declare(options: DeclareOptions, family: AddressFamily): Promise<Declaration>;
  /** What the machine itself knows: variables and metadata, as that cloud gives them. */
  surroundings(host: Host, family: AddressFamily): Surroundings;
}

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  /** What the metadata service tells this host, by path. */
  readonly metadata?: Readonly<Record<string, string>>;
}
