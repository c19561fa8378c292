import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

// What `fly launch` exports in a Phoenix release's env.sh: names of its own, whatever the target. A digest in the
// image reference gives a name with two "@", and on an IPv4 network the flag asks for the wrong family.
const exports = {
  ERL_AFLAGS: "-proto_dist inet6_tcp",
  ECTO_IPV6: "true",
  DNS_CLUSTER_QUERY: "${FLY_APP_NAME}.internal",
  RELEASE_DISTRIBUTION: "name",
  RELEASE_NODE: "${FLY_APP_NAME}-${FLY_IMAGE_REF##*-}@${FLY_PRIVATE_IP}",
};

/** A copy of a release as `mix release.init` and `fly launch` lay it out, run from a digest-pinned image. */
export function stockRelease(release: string): string {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), "beam-stock-release-"));
  process.once("exit", () => fs.rmSync(copy, { recursive: true, force: true }));
  // As readable as a release is, whoever runs it.
  fs.chmodSync(copy, 0o755);
  fs.cpSync(release, copy, { recursive: true, verbatimSymlinks: true });
  const [, version = ""] = fs
    .readFileSync(path.join(copy, "releases", "start_erl.data"), "utf8")
    .trim()
    .split(" ");
  const machine = [
    "FLY_APP_NAME=other",
    "FLY_IMAGE_REF=registry.fly.io/app@sha256:0123abcd",
    "FLY_PRIVATE_IP=fdaa:0:9::9",
  ];
  const lines = Object.entries(exports).map(([name, value]) => `export ${name}="${value}"`);
  const script = ["#!/bin/sh", ...machine, ...lines, ""].join("\n");
  fs.writeFileSync(path.join(copy, "releases", version, "env.sh"), script);
  return copy;
}
