import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { LocalCluster, type BeamCluster, type Cookie } from "../components";
import { projectRoot, type StackConfig } from "./config";

/** Nodes on this machine. */
export function local({ cluster }: StackConfig, cookie: Cookie): BeamCluster {
  return new LocalCluster("beam", {
    ...cluster,
    image: path.resolve(projectRoot, cluster.image),
    directory: path.join(projectRoot, ".pulumi-beam", "nodes", pulumi.getStack()),
    cookie: cookie.value,
    env: { BIND_ADDRESS: "127.0.0.1" },
  });
}
