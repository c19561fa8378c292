import * as pulumi from "@pulumi/pulumi";
import type { PortRange } from "../beam/portPolicy";

export interface NodeArgs {
  /** `basename@address`. Changing it replaces the node. */
  readonly nodeName: pulumi.Input<string>;
  /** Directory of the cluster; the node's own files stand in a folder of its name below. Changing it replaces the node. */
  readonly directory: pulumi.Input<string>;
  /** Start script of the release. Changing it restarts the node. */
  readonly command: pulumi.Input<string>;
  /** Hash of the release. Changing it restarts the node. */
  readonly releaseHash: pulumi.Input<string>;
  /** The boot script that names the node and holds it to its ports. Changing it restarts the node. */
  readonly bootScript: pulumi.Input<string>;
  /** Ports the node may listen on for distribution; it takes the first free one. Changing them restarts the node. */
  readonly distPorts: pulumi.Input<PortRange>;
  /** How many nodes share that range; refused where other processes leave fewer ports. Changing it alone changes nothing. */
  readonly room: pulumi.Input<number>;
  /** Port the release serves HTTP on; refused where another process has it. Changing it restarts the node. @default - none */
  readonly httpPort?: pulumi.Input<number>;
  /** How nodes find each other's port; only those that do so alike, with the same cookie, are expected to meet. Changing it restarts the node. */
  readonly peersVia: pulumi.Input<string>;
  /** The Erlang cookie. Secret. Changing it restarts the node. */
  readonly cookie: pulumi.Input<string>;
  /** Environment in the clear. Changing it restarts the node. */
  readonly env: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Environment that is secret. Changing it restarts the node. */
  readonly secrets: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** URL that answers 2xx while the node is healthy. Changing it updates the check. @default - no HTTP check */
  readonly healthCheckUrl?: pulumi.Input<string>;
  /** How long a node may take until it answers and sees its peers. @default 60 */
  readonly startTimeoutSeconds?: pulumi.Input<number>;
}

/** One BEAM node on this machine, as a daemon that outlives `pulumi up`. */
export class Node extends pulumi.CustomResource {
  declare readonly nodeName: pulumi.Output<string>;
  /** Process id of the running VM. */
  declare readonly pid: pulumi.Output<number>;
  /** Where its output goes. */
  declare readonly logFile: pulumi.Output<string>;
  /** Script that runs any command of the release towards this node: `remote`, `rpc EXPR`, `pid`. */
  declare readonly control: pulumi.Output<string>;

  constructor(name: string, args: NodeArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { pid: undefined, process: undefined, logFile: undefined, control: undefined };
    super(
      "beam:local:Node",
      name,
      { ...args, cookie: pulumi.secret(args.cookie), secrets: pulumi.secret(args.secrets), ...outputs },
      opts,
    );
  }
}
