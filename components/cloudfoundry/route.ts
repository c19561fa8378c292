import * as pulumi from "@pulumi/pulumi";

export interface RouteArgs {
  /** Organisation. Changing it replaces the route. */
  readonly org: pulumi.Input<string>;
  /** Space. Changing it replaces the route. */
  readonly space: pulumi.Input<string>;
  /** First label of the name. Changing it replaces the route. */
  readonly host: pulumi.Input<string>;
  /** Domain, which must exist. Changing it replaces the route. @default - the organisation's default domain */
  readonly domain?: pulumi.Input<string>;
  /** Whether the domain must be internal, or must not. */
  readonly internal: pulumi.Input<boolean>;
  /** Guid of the app to lead to. Changing it adds the new app, then takes the old away. */
  readonly app: pulumi.Input<string>;
}

/** A name under which an app answers: to the world through the router, or inside the platform with every address. */
export class Route extends pulumi.CustomResource {
  /** `host.domain`. */
  declare readonly url: pulumi.Output<string>;

  constructor(name: string, args: RouteArgs, opts?: pulumi.CustomResourceOptions) {
    super("beam:cloudfoundry:Route", name, { ...args, url: undefined }, opts);
  }
}
