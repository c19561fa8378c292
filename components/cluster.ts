import type * as pulumi from "@pulumi/pulumi";
import { Isolation } from "./beam/isolation";
import { misuse } from "./beam/misuse";
import { releaseName } from "./beam/nodeName";
import { portPolicy, type PortPolicy, type PortPolicyArgs } from "./beam/portPolicy";

/** How the release serves HTTP. */
export interface HttpArgs {
  /** TCP port, `1`-`65535`, outside the cluster's own ports; given to the release as `PORT`. Changing it restarts the nodes. */
  readonly port: number;
  /** Path that answers 2xx while a node is healthy. Changing it updates the check. @default - no HTTP check */
  readonly healthCheckPath?: string;
}

/** What every target takes. */
export interface ClusterArgs {
  /** Name of the mix release: lower-case letters, digits and `_`. Changing it renames, and so replaces, every node. */
  readonly release: string;
  /** What to run: a container image, best pinned by its digest. Changing it rolls the nodes. */
  readonly image: pulumi.Input<string>;
  /** Nodes to keep running, at least `1`. Changing it adds or removes nodes; the others stay up. @default 2 */
  readonly nodes?: number;
  /** The Erlang cookie, usually `cookie.value` of a `Cookie`. Treated as a secret. Changing it rolls the nodes. */
  readonly cookie: pulumi.Input<string>;
  /** Ports the nodes use among themselves. Changing them restarts the nodes. @default - epmd on 4369, distribution on 9000-9010 */
  readonly ports?: PortPolicyArgs;
  /** How the release serves HTTP. @default - it does not */
  readonly http?: HttpArgs;
  /** Environment of the release, in the clear. Changing it rolls the nodes. @default - none */
  readonly env?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Environment of the release that is secret. Changing it rolls the nodes. @default - none */
  readonly secrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Whether the nodes of two releases form one cluster during a deploy. Changing it restarts the nodes. @default Isolation.Shared */
  readonly isolation?: Isolation;
}

/** What every target promises. */
export interface BeamCluster {
  /** The cookie the nodes run with. Secret. */
  readonly cookie: pulumi.Output<string>;
  /** The part of the nodes' names before the `@` (or its beginning, where nodes share an address). */
  readonly nodeBasename: pulumi.Output<string>;
  /** DNS name behind which the nodes' addresses stand; empty where discovery is not DNS. */
  readonly dnsQuery: pulumi.Output<string>;
  /** The checked port policy. */
  readonly ports: pulumi.Output<PortPolicy>;
  /** The command that opens a remote console on a node. */
  readonly remoteConsole: pulumi.Output<string>;
  /** Where the release serves HTTP; empty where it does not. */
  readonly url: pulumi.Output<string>;
}

/** `ClusterArgs`, complete and checked; nothing below asks again. */
export interface ClusterSpec {
  readonly release: string;
  readonly nodes: number;
  readonly ports: PortPolicy;
  readonly http: HttpArgs | undefined;
  readonly env: Readonly<Record<string, pulumi.Input<string>>>;
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  readonly isolation: Isolation;
}

export const defaultNodes = 2;

/** Environment that the boot script owns: a release started with another value would leave its cluster. */
const reserved = ["RELEASE_COOKIE", "RELEASE_NODE", "RELEASE_DISTRIBUTION", "ERL_EPMD_PORT", "BEAM_BOOT"];

export function clusterSpec(args: ClusterArgs): ClusterSpec {
  const nodes = args.nodes ?? defaultNodes;
  if (!Number.isInteger(nodes) || nodes < 1) {
    throw misuse(
      "nodes",
      nodes,
      "a whole number of at least 1",
      "give the number of nodes to keep running, such as 3",
    );
  }
  const isolation = args.isolation ?? Isolation.Shared;
  if (!Object.values(Isolation).includes(isolation)) {
    throw misuse(
      "isolation",
      isolation,
      Object.values(Isolation).join(" or "),
      "choose one; the docs tell the trade",
    );
  }
  const path = args.http?.healthCheckPath;
  if (path !== undefined && !/^\/[!-~]*$/.test(path)) {
    throw misuse("http.healthCheckPath", path, 'a path that begins with "/"', "give one such as /health");
  }
  const env = args.env ?? {};
  const secrets = args.secrets ?? {};
  for (const [field, variables] of Object.entries({ env, secrets })) {
    for (const name of Object.keys(variables)) {
      variable(field, name);
    }
  }
  const both = Object.keys(env).find((name) => name in secrets);
  if (both !== undefined) {
    throw misuse("env", both, "a name that is not in secrets too", "keep it in one of the two");
  }
  return {
    release: releaseName(args.release),
    nodes,
    ports: portPolicy(args.ports, args.http?.port),
    http: args.http,
    env,
    secrets,
    isolation,
  };
}

function variable(field: string, name: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw misuse(field, name, 'names of letters, digits and "_"', "rename the variable");
  }
  if (reserved.includes(name)) {
    throw misuse(
      field,
      name,
      `names other than ${reserved.join(", ")}`,
      "leave it out: the cluster sets it itself",
    );
  }
}
