import * as pulumi from "@pulumi/pulumi";

export interface EpmdArgs {
  /** Port to listen on, on 127.0.0.1. Changing it replaces the daemon. */
  readonly port: pulumi.Input<number>;
  /** Directory of the release whose `epmd` is run; the one on PATH where it carries none. Changing it alone changes nothing. */
  readonly release: pulumi.Input<string>;
  /** Directory for its log. Changing it replaces the daemon. */
  readonly directory: pulumi.Input<string>;
}

/**
 * The port mapper the nodes of this machine register with. One that already answers on the port is used as it
 * is and left alone at the end; one that we start listens on loopback only and ends with the cluster.
 */
export class Epmd extends pulumi.CustomResource {
  declare readonly port: pulumi.Output<number>;
  /** Process id, where the daemon is ours. */
  declare readonly pid: pulumi.Output<number | undefined>;

  constructor(name: string, args: EpmdArgs, opts?: pulumi.CustomResourceOptions) {
    super("beam:local:Epmd", name, { ...args, pid: undefined, process: undefined }, opts);
  }
}
