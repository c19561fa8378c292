import * as pulumi from "@pulumi/pulumi";

export interface AppArgs {
  /** Name of the app, unique among all of Fly. Changing it replaces the app and all in it. */
  readonly name: pulumi.Input<string>;
  /** Slug of the organisation. Changing it replaces the app and all in it. */
  readonly organization: pulumi.Input<string>;
  /** A private network of the app's own. Changing it replaces the app and all in it. @default - the organisation's */
  readonly network?: pulumi.Input<string>;
  /** Regions its machines will run in, so that an unknown one is refused before the app is made. Changing them changes nothing. @default - not checked */
  readonly regions?: pulumi.Input<pulumi.Input<string>[]>;
}

/** A Fly app. Import with its name. */
export class App extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  /** Network it is in; `default` is the organisation's. */
  declare readonly networkName: pulumi.Output<string>;

  constructor(name: string, args: AppArgs, opts?: pulumi.CustomResourceOptions) {
    super("beam:fly:App", name, { ...args, networkName: undefined }, opts);
  }
}
