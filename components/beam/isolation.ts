import { createHash } from "node:crypto";

/**
 * Which nodes cluster with which during a deploy.
 *
 * `Shared` keeps one stable basename: old and new nodes are one cluster, so nothing that lives in the cluster
 * (registered processes, presence, caches) is lost in a deploy, and code of both versions must understand each
 * other's messages while it lasts. `Release` gives each image its own basename: versions never mix, and for the
 * time of a deploy there are two clusters, with two of everything that is meant to exist once.
 */
export const Isolation = { Shared: "shared", Release: "release" } as const;
export type Isolation = (typeof Isolation)[keyof typeof Isolation];

/** Ten hex digits that tell one image from another, whatever the form of its reference. */
export function imageDigits(image: string): string {
  return createHash("sha256").update(image).digest("hex").slice(0, 10);
}
