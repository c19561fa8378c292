import * as pulumi from "@pulumi/pulumi";
import type { MachineConfig } from "./machineConfig";
import type { Slot } from "./slots";

/** One volume a machine. */
export type MachineVolume = {
  /** Where it is mounted. */
  path: string;
  sizeGib: number;
  /** Whether a volume goes with its machine when the cluster shrinks or is destroyed. */
  deleteWithNode: boolean;
};

/** A machine as it was last seen. */
export type MachineRecord = {
  /** Name of its slot, which is its own name too. */
  slot: string;
  id: string;
  /** Version that runs. */
  instanceId: string;
  /** Address on the private network. */
  privateIp: string;
  /** Fingerprint of what it was made with. */
  goal: string;
};

export interface MachinesArgs {
  /** The app the machines belong to. Changing it replaces them. */
  readonly app: pulumi.Input<string>;
  /** Whose machines these are; written on each of them, and no other is ever touched. Changing it replaces them. */
  readonly owner: pulumi.Input<string>;
  /** A place for each machine. Adding one makes a machine, leaving one out removes it; the others stay up. */
  readonly slots: pulumi.Input<pulumi.Input<Slot>[]>;
  /** What every machine is made with. Changing it rolls the machines. */
  readonly config: pulumi.Input<MachineConfig>;
  /** The machines that carry the same word expect to see each other. */
  readonly cohort: pulumi.Input<string>;
  /** Secrets the machines need, by version. Changing it rolls the machines. @default - whatever is there */
  readonly secretsVersion?: pulumi.Input<number>;
  /** A word whose change restarts the machines: they see a new network policy only then. @default - none */
  readonly generation?: pulumi.Input<string>;
  /** A volume for each machine. It may grow, never shrink; changing the path rolls the machines. @default - none */
  readonly volume?: pulumi.Input<MachineVolume>;
  /** Machines that may be down at the same time in a roll. Changing it alone changes nothing. @default 1 */
  readonly maxUnavailable?: pulumi.Input<number>;
  /** Command that prints `beam-peers:` and the nodes a node is connected to. Changing it alone changes nothing. @default - peers are not asked for */
  readonly peersCommand?: pulumi.Input<pulumi.Input<string>[]>;
  /** How long a machine may take until it is healthy. Changing it alone changes nothing. @default 300 */
  readonly startTimeoutSeconds?: pulumi.Input<number>;
}

/**
 * The machines of one cluster, as one resource: only who owns the whole set can take them down in turn.
 * Import with `APP/OWNER` as id.
 */
export class Machines extends pulumi.CustomResource {
  declare readonly app: pulumi.Output<string>;
  declare readonly slots: pulumi.Output<Slot[]>;
  declare readonly config: pulumi.Output<MachineConfig>;
  declare readonly machines: pulumi.Output<MachineRecord[]>;

  constructor(name: string, args: MachinesArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "beam:fly:Machines",
      name,
      { maxUnavailable: 1, startTimeoutSeconds: 300, ...args, machines: undefined },
      opts,
    );
  }
}
