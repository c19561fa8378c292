import * as pulumi from "@pulumi/pulumi";
import type { NeedsArgs } from "./needs";

/** A service that an app is given the credentials of. */
export interface BoundService {
  /** The service instance. Changing it binds the new one and unbinds the old. */
  readonly guid: pulumi.Input<string>;
  /** Changes with the credentials; a change rolls the instances, for they see credentials only when they start. */
  readonly revision: pulumi.Input<string>;
}

/** How the platform tells whether an instance is well. */
export interface HealthCheckArgs {
  /** `http`, `port` or `process`. */
  readonly type: pulumi.Input<string>;
  /** Path that answers 200; for `http` only. */
  readonly endpoint?: pulumi.Input<string>;
}

export interface AppArgs {
  /** Organisation. Changing it replaces the app. */
  readonly org: pulumi.Input<string>;
  /** Space. Changing it replaces the app. */
  readonly space: pulumi.Input<string>;
  /** The app's name in its space. Changing it replaces the app. */
  readonly name: pulumi.Input<string>;
  /** A docker image to run. Changing it rolls the instances. @default - none; then `directory` is uploaded */
  readonly image?: pulumi.Input<string>;
  /** User for the image's registry. Changing it rolls the instances. @default - none */
  readonly registryUser?: pulumi.Input<string>;
  /** Password for the image's registry. Secret. Changing it rolls the instances. @default - none */
  readonly registryPassword?: pulumi.Input<string>;
  /** A directory made by `mix release`, to be uploaded. Changing only the path changes nothing. @default - none */
  readonly directory?: pulumi.Input<string>;
  /** Name of the release in that directory. */
  readonly release?: pulumi.Input<string>;
  /** Hash of what is in that directory. Changing it rolls the instances. */
  readonly contentHash?: pulumi.Input<string>;
  /** Buildpack that stages the directory. Changing it rolls the instances. @default "binary_buildpack" */
  readonly buildpack?: pulumi.Input<string>;
  /** What an instance runs. Changing it rolls the instances. */
  readonly command: pulumi.Input<string>;
  /** Environment in the clear. Changing it rolls the instances. */
  readonly env: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Environment that is secret in our state; who may develop in the space can read it. Changing it rolls the instances. */
  readonly secrets: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Services to bind. Changing them rolls the instances. */
  readonly services: readonly BoundService[];
  /** Instances to keep running. Changing it starts or stops only the instances concerned. */
  readonly instances: pulumi.Input<number>;
  /** Memory of an instance in MiB. Changing it rolls the instances. */
  readonly memoryMiB: pulumi.Input<number>;
  /** Disk of an instance in MiB. Changing it rolls the instances. */
  readonly diskMiB: pulumi.Input<number>;
  /** How the platform tells whether an instance is well. Changing it rolls the instances. */
  readonly healthCheck: HealthCheckArgs;
  /** How long a start or a rollout may make no progress. Changing it alone changes nothing. @default 180 */
  readonly startTimeoutSeconds?: pulumi.Input<number>;
  /** What else the app is of no use without; checked before anything is made. @default - nothing */
  readonly needs?: NeedsArgs;
}

/** An app: its source, its environment, and the instances of its web process. */
export class App extends pulumi.CustomResource {
  declare readonly guid: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;
  declare readonly command: pulumi.Output<string>;
  declare readonly instances: pulumi.Output<number>;
  /** The droplet the instances run. */
  declare readonly droplet: pulumi.Output<string>;

  constructor(name: string, args: AppArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { guid: undefined, droplet: undefined, started: undefined };
    const registryPassword =
      args.registryPassword === undefined ? undefined : pulumi.secret(args.registryPassword);
    super(
      "beam:cloudfoundry:App",
      name,
      { ...args, secrets: pulumi.secret(args.secrets), registryPassword, ...outputs },
      opts,
    );
  }
}
