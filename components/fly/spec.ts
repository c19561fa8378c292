import * as pulumi from "@pulumi/pulumi";
import { misuse } from "../beam/misuse";
import { clusterSpec, type ClusterArgs, type ClusterSpec } from "../cluster";
import { appName, networkName } from "./appName";
import { guest, type Guest, type GuestArgs } from "./guest";
import { AddressKind } from "./ipAddress";
import type { MachineConfig } from "./machineConfig";
import type { MachineVolume } from "./machines";
import { services, type FlyServiceArgs } from "./services";
import { regionList, slots, type Slot } from "./slots";
import { volumeName } from "./volumeName";

export interface FlyVolumeArgs {
  /** Where it is mounted. Changing it restarts the nodes. */
  readonly path: string;
  /** Its size, at least `1`. It may grow, never shrink. */
  readonly sizeGib: number;
  /** Whether a volume goes with its node when the cluster shrinks. Destroying the app destroys it in any case. @default false */
  readonly deleteWithNode?: boolean;
}

/** What a cluster on Fly takes besides what all targets take. */
export interface FlyClusterArgs extends ClusterArgs {
  /** Name of the app, unique among all of Fly. Changing it replaces everything. @default - project, stack and component's name, joined by dashes */
  readonly app?: string;
  /** Slug of the organisation. Changing it replaces everything. @default "personal" */
  readonly organization?: string;
  /** A private network of the cluster's own. Changing it replaces everything. @default - the organisation's network, which all its other apps are in too */
  readonly network?: string;
  /** Regions to spread the nodes over, evenly. Changing it adds and removes nodes; those that fit stay up. @default ["iad"] */
  readonly regions?: readonly string[];
  /** Size of each machine. Changing it restarts the nodes. @default - 1 shared CPU and 1024 MiB */
  readonly guest?: GuestArgs;
  /** A volume for each node. @default - none */
  readonly volume?: FlyVolumeArgs;
  /** Where the release lies in the image. Changing it restarts the nodes. @default "/app", as `mix phx.gen.release --docker` makes it */
  readonly releasePath?: string;
  /** Whether the world reaches `http.port`, at 80 and 443. Changing it restarts the nodes. @default - it does where `http` is given */
  readonly published?: boolean;
  /** Further ports to publish. Changing them restarts the nodes. @default - none */
  readonly services?: readonly FlyServiceArgs[];
  /** Addresses of the app. Changing them adds and removes addresses. @default - `shared_v4` and `v6` where something is published, else none */
  readonly addresses?: readonly AddressKind[];
  /** Host names to get certificates for. Changing them adds and removes certificates. @default - none */
  readonly hostnames?: readonly string[];
  /** Whether to close all ports but the cluster's and `http.port` to others in the private network. Changing it restarts the nodes. @default false */
  readonly networkPolicy?: boolean;
  /** Nodes that may be down at the same time in a roll; the first goes alone in any case. Changing it changes nothing by itself. @default 1 */
  readonly maxUnavailable?: number;
  /** Whether a node must see its peers before the next one goes down. Turn it off for a release that does not cluster. @default true */
  readonly peerCheck?: boolean;
  /** How long a node may take until it is healthy and among its peers. Changing it changes nothing by itself. @default 300 */
  readonly startTimeoutSeconds?: number;
  /** How long a node may take to end in order, up to `300`. Changing it restarts the nodes. @default 30 */
  readonly stopTimeoutSeconds?: number;
}

/** `FlyClusterArgs`, complete and checked. */
export interface FlySpec extends ClusterSpec {
  readonly app: string;
  readonly organization: string;
  readonly network: string | undefined;
  readonly slots: Slot[];
  readonly guest: Guest;
  readonly volume: MachineVolume | undefined;
  readonly releasePath: string;
  readonly published: boolean;
  readonly listening: Pick<MachineConfig, "services" | "checks">;
  readonly addresses: readonly AddressKind[];
  readonly hostnames: readonly string[];
  readonly networkPolicy: boolean;
  readonly maxUnavailable: number;
  readonly peerCheck: boolean;
  readonly startTimeoutSeconds: number;
  readonly stopTimeoutSeconds: number;
}

export function flySpec(name: string, args: FlyClusterArgs): FlySpec {
  const spec = clusterSpec(args);
  if (typeof args.image === "string") {
    imageReference(args.image);
  }
  const published = args.published ?? args.http !== undefined;
  if (published && args.http === undefined) {
    throw misuse("published", published, "true only where http is given", "give http.port, or leave it out");
  }
  if (published && args.http?.port === 4369) {
    throw misuse(
      "http.port",
      4369,
      "a port other than epmd's registered one",
      "move the release's HTTP port",
    );
  }
  const reserved = [...Object.keys(spec.env), ...Object.keys(spec.secrets)].find((key) =>
    key.startsWith("FLY_"),
  );
  if (reserved !== undefined) {
    throw misuse(
      "env",
      reserved,
      "names that do not begin with FLY_",
      "Fly sets those itself: rename the variable",
    );
  }
  const listening = services(args.http, published, args.services ?? [], spec.ports);
  const placed = slots(name, spec.nodes, regionList(args.regions));
  return {
    ...spec,
    app: appName(args.app, `${pulumi.getProject()}-${pulumi.getStack()}-${name}`),
    organization: args.organization ?? "personal",
    network: networkName(args.network),
    slots: placed,
    guest: guest(args.guest),
    volume: volume(args.volume, placed),
    releasePath: releasePath(args.releasePath ?? "/app"),
    published,
    listening,
    addresses: addresses(args.addresses, listening.services.length > 0),
    hostnames: args.hostnames ?? [],
    networkPolicy: args.networkPolicy ?? false,
    maxUnavailable: whole("maxUnavailable", args.maxUnavailable ?? 1, 1, Infinity),
    peerCheck: args.peerCheck ?? true,
    startTimeoutSeconds: whole("startTimeoutSeconds", args.startTimeoutSeconds ?? 300, 10, Infinity),
    // https://fly.io/docs/reference/configuration/#runtime-options: 300 s at most.
    stopTimeoutSeconds: whole("stopTimeoutSeconds", args.stopTimeoutSeconds ?? 30, 1, 300),
  };
}

function addresses(given: readonly AddressKind[] | undefined, published: boolean): readonly AddressKind[] {
  const kinds = given ?? (published ? [AddressKind.SharedV4, AddressKind.V6] : []);
  const odd = kinds.find(
    (kind, index) => !Object.values(AddressKind).includes(kind) || kinds.indexOf(kind) !== index,
  );
  if (odd !== undefined) {
    throw misuse(
      "addresses",
      odd,
      `each of ${Object.values(AddressKind).join(", ")} once`,
      "correct the list",
    );
  }
  return kinds;
}

function volume(args: FlyVolumeArgs | undefined, placed: readonly Slot[]): MachineVolume | undefined {
  if (args === undefined) {
    return undefined;
  }
  whole("volume.sizeGib", args.sizeGib, 1, 500);
  if (!args.path.startsWith("/") || args.path === "/") {
    throw misuse("volume.path", args.path, 'a directory that begins with "/"', "give one such as /data");
  }
  for (const slot of placed) {
    volumeName(slot.name);
  }
  return { path: args.path, sizeGib: args.sizeGib, deleteWithNode: args.deleteWithNode ?? false };
}

/** Looks at a plain image at once, and at one that is made in the same run as soon as it is known. */
export function imageReference(image: string): string {
  if (!/^[^\s]+$/.test(image)) {
    throw misuse("image", image, "a reference of a container image", "give one, best pinned by its digest");
  }
  return image;
}

function releasePath(path: string): string {
  if (!/^\/[!-~]*$/.test(path)) {
    throw misuse("releasePath", path, 'a directory that begins with "/"', "give the one the image has it in");
  }
  return path.replace(/\/+$/, "");
}

function whole(field: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    const allowed = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
    throw misuse(field, value, `a whole number ${allowed}`, "correct it, or leave it out");
  }
  return value;
}
