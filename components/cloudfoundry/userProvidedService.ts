import * as pulumi from "@pulumi/pulumi";
import type { NeedsArgs } from "./needs";

export interface UserProvidedServiceArgs {
  /** Organisation. Changing it replaces the service. */
  readonly org: pulumi.Input<string>;
  /** Space. Changing it replaces the service. */
  readonly space: pulumi.Input<string>;
  /** Its name in the space. Changing it replaces the service. */
  readonly name: pulumi.Input<string>;
  /** What bound apps are given in `VCAP_SERVICES`. Secret. Changing them updates the service, and rolls the apps. */
  readonly credentials: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** What else the service is of no use without; checked before anything is made. @default - nothing */
  readonly needs?: NeedsArgs;
}

/** A user-provided service instance: credentials that apps are given by binding to it. */
export class UserProvidedService extends pulumi.CustomResource {
  declare readonly guid: pulumi.Output<string>;
  /** Changes with the credentials, and says nothing of them. */
  declare readonly revision: pulumi.Output<string>;

  constructor(name: string, args: UserProvidedServiceArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "beam:cloudfoundry:UserProvidedService",
      name,
      { ...args, credentials: pulumi.secret(args.credentials), guid: undefined, revision: undefined },
      opts,
    );
  }
}
