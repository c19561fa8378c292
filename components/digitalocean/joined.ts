import * as pulumi from "@pulumi/pulumi";

/** Over which channel the machine that runs pulumi learns that a droplet is up. */
export const Gate = {
  /** By SSH as root, with the keys `ssh` finds by itself: the node answers, is healthy, and sees the nodes before it. */
  Ssh: "ssh",
  /** By the health check, at the droplet's public address: the node is healthy; nothing is known of the cluster. */
  Http: "http",
  /** Nothing is asked: the next droplet follows as soon as this one is created. */
  None: "none",
} as const;
export type Gate = (typeof Gate)[keyof typeof Gate];

export interface JoinedArgs {
  /** Which droplet is asked. Changing it asks anew. */
  readonly dropletId: pulumi.Input<string>;
  /** Size of the droplet, which restarts where it is resized. Changing it asks anew. */
  readonly size: pulumi.Input<string>;
  /** Changing it asks anew. */
  readonly gate: pulumi.Input<Gate>;
  /** Public address of the droplet. Changing it asks anew. */
  readonly address: pulumi.Input<string>;
  /** Name of its node. Changing it asks anew. */
  readonly nodeName: pulumi.Input<string>;
  /** Names of the nodes before it, all of which it must see. Changing them asks anew. */
  readonly peers: pulumi.Input<pulumi.Input<string>[]>;
  /** Differs between nodes that cannot be one cluster: cookie, ports, basename. Secret. Changing it asks anew. */
  readonly clique: pulumi.Input<string>;
  /** Port the release serves HTTP on. Changing it asks anew. @default - it serves none */
  readonly httpPort?: pulumi.Input<number>;
  /** Path that answers 2xx while the node is healthy. Changing it asks anew. @default - nothing is asked */
  readonly healthCheckPath?: pulumi.Input<string>;
  /** How long the droplet may take. Changing it alone changes nothing. */
  readonly timeoutSeconds: pulumi.Input<number>;
}

/** Stands once a droplet has joined its cluster. The next droplet depends on it, and so waits for it. */
export class Joined extends pulumi.CustomResource {
  declare readonly nodeName: pulumi.Output<string>;
  declare readonly address: pulumi.Output<string>;

  constructor(name: string, args: JoinedArgs, opts?: pulumi.CustomResourceOptions) {
    super("beam:digitalocean:Joined", name, { ...args, clique: pulumi.secret(args.clique) }, opts);
  }
}
