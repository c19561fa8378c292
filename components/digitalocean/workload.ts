import type * as pulumi from "@pulumi/pulumi";
import { misuse } from "../beam/misuse";
import type { DropletClusterArgs, RegistryArgs } from "./args";

/** What a droplet runs. */
export type Workload =
  | {
      readonly kind: "image";
      readonly image: pulumi.Input<string>;
      /** Start script of the release in the image. */
      readonly command: string;
      readonly user: string;
      readonly registry: RegistryArgs | undefined;
    }
  | {
      readonly kind: "tarball";
      readonly url: pulumi.Input<string>;
      readonly sha256: pulumi.Input<string>;
      /** Start script of the unpacked release. */
      readonly command: string;
    };

/** Where a tarball is unpacked. */
export const releaseDirectory = "/opt/beam";

export function workload(args: DropletClusterArgs, release: string): Workload {
  const { image, tarball, registry, releasePath = "/app", user = "65534:65534" } = args;
  if (image !== undefined && tarball !== undefined) {
    throw misuse("tarball", "given beside image", "one of the two", "leave one out");
  }
  if (tarball !== undefined) {
    // The types ask for it, but a program need not be checked against them.
    if ((tarball as Partial<typeof tarball>).sha256 === undefined || tarball.sha256 === "") {
      throw misuse("tarball.sha256", undefined, "64 hex digits", "run sha256sum on the tarball");
    }
    if (typeof tarball.sha256 === "string") {
      checksum(tarball.sha256);
    }
    return { kind: "tarball", ...tarball, command: `${releaseDirectory}/bin/${release}` };
  }
  if (image === undefined || image === "") {
    throw misuse("image", image, "a container image, or a tarball in its stead", "give one of the two");
  }
  if (!/^\/[A-Za-z0-9_./-]*$/.test(releasePath)) {
    throw misuse("releasePath", releasePath, "an absolute path of plain characters", "give one such as /app");
  }
  if (!/^[1-9]\d*(:[1-9]\d*)?$/.test(user)) {
    throw misuse(
      "user",
      user,
      "a number other than 0, and after a colon a group likewise",
      "give one such as 1000:1000: the release never runs as root",
    );
  }
  return {
    kind: "image",
    image,
    command: `${releasePath.replace(/\/+$/, "")}/bin/${release}`,
    user,
    registry,
  };
}

export function checksum(sha256: string): string {
  if (!/^[0-9a-f]{64}$/i.test(sha256)) {
    throw misuse("tarball.sha256", sha256, "64 hex digits", "run sha256sum on the tarball");
  }
  return sha256.toLowerCase();
}
