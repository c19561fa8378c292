import * as pulumi from "@pulumi/pulumi";

export interface NetworkPolicyArgs {
  /** Guid of the app that may connect. Changing it replaces the policy. */
  readonly source: pulumi.Input<string>;
  /** Guid of the app that is connected to; may be the same. Changing it replaces the policy. */
  readonly destination: pulumi.Input<string>;
  /** First TCP port. Changing it replaces the policy. */
  readonly firstPort: pulumi.Input<number>;
  /** Last TCP port. Changing it replaces the policy. */
  readonly lastPort: pulumi.Input<number>;
  /** A sentence for people; the platform keeps none. Changing it changes nothing. */
  readonly description: pulumi.Input<string>;
}

/** Lets the instances of one app reach some TCP ports of the instances of another; without one they reach none. */
export class NetworkPolicy extends pulumi.CustomResource {
  /** False where somebody else had made the same policy before: then it stays when this resource goes. */
  declare readonly ours: pulumi.Output<boolean>;

  constructor(name: string, args: NetworkPolicyArgs, opts?: pulumi.CustomResourceOptions) {
    super("beam:cloudfoundry:NetworkPolicy", name, { ...args, ours: undefined }, opts);
  }
}
