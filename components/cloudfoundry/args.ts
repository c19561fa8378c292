import type * as pulumi from "@pulumi/pulumi";
import type { PortPolicyArgs } from "../beam/portPolicy";
import type { ClusterArgs } from "../cluster";

/** What `image` is: a docker image, or the path of a directory made by `mix release`, which is uploaded. */
export const Source = { Image: "image", Directory: "directory" } as const;
export type Source = (typeof Source)[keyof typeof Source];

/** Where the cookie lives: in the app's environment, or in a user-provided service that the app is bound to. */
export const CookiePlace = { Environment: "environment", Service: "service" } as const;
export type CookiePlace = (typeof CookiePlace)[keyof typeof CookiePlace];

/** Another cluster that this one talks to. Name it on one side only: policies are made for both directions. */
export interface CloudFoundryPeer {
  /** A word for it, for names and descriptions of its policies. Changing it replaces its policies. */
  readonly name: string;
  /** Guid of its app: `cluster.appGuid`, or what `cf app NAME --guid` prints. Changing it replaces its policies. */
  readonly appGuid: pulumi.Input<string>;
  /** Its ports. Changing them replaces its policies. @default - the same defaults as `ports` */
  readonly ports?: PortPolicyArgs;
}

export interface CloudFoundryClusterArgs extends ClusterArgs {
  /** Organisation, which must exist. Changing it replaces everything. */
  readonly org: string;
  /** Space, which must exist. Changing it replaces everything. */
  readonly space: string;
  /** Name of the app. Changing it replaces the app. @default - the component's name */
  readonly app?: string;
  /** What `image` is. Changing it replaces the app's droplet, and works only on a new app. @default Source.Image */
  readonly source?: Source;
  /** User for the image's registry. Changing it rolls the nodes. @default - none */
  readonly registryUser?: pulumi.Input<string>;
  /** Password for the image's registry. Treated as a secret. Changing it rolls the nodes. @default - none */
  readonly registryPassword?: pulumi.Input<string>;
  /** Where the release lies in the image. Changing it rolls the nodes. @default /app, or /home/vcap/app for a directory */
  readonly releasePath?: string;
  /** Memory of a node in MiB. Changing it rolls the nodes. @default 1024 */
  readonly memoryMiB?: number;
  /** Disk of a node in MiB. Changing it rolls the nodes. @default 1024 */
  readonly diskMiB?: number;
  /** Public domain for HTTP, which must exist. Changing it replaces the route. @default - the organisation's default domain */
  readonly domain?: string;
  /** Host on the public domain. Changing it replaces the route. @default - the app's name */
  readonly host?: string;
  /** Internal domain by which nodes find each other. Changing it replaces the route and rolls the nodes. @default "apps.internal" */
  readonly internalDomain?: string;
  /** Host on the internal domain; it must be free on the whole platform. Changing it replaces the route and rolls the nodes. @default - the app's name */
  readonly internalHost?: string;
  /** Where the cookie lives. Changing it rolls the nodes. @default CookiePlace.Environment */
  readonly cookieIn?: CookiePlace;
  /** How long a start or a rollout may make no progress before it is given up. Changing it alone changes nothing. @default 180 */
  readonly startTimeoutSeconds?: number;
  /** Clusters that this one talks to, in both directions. Changing them changes policies only. @default - none */
  readonly peers?: readonly CloudFoundryPeer[];
  /** Policies that the installation allows for one source app. Changing it changes the check only. @default 150 */
  readonly maxPoliciesPerApp?: number;
}
