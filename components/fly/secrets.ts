import * as pulumi from "@pulumi/pulumi";

export interface SecretsArgs {
  /** The app they belong to. Changing it replaces them. */
  readonly app: pulumi.Input<string>;
  /** Name and value of each; other secrets of the app are left alone. Changing them makes a new version. */
  readonly values: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Secrets of a Fly app, set in one step. */
export class Secrets extends pulumi.CustomResource {
  /** Version of the app's secrets that holds these. */
  declare readonly version: pulumi.Output<number>;
  /** Fly's own digest of each. */
  declare readonly digests: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: SecretsArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { version: undefined, digests: undefined };
    super("beam:fly:Secrets", name, { ...args, values: pulumi.secret(args.values), ...outputs }, opts);
  }
}
