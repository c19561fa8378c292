import * as path from "node:path";
import { CloudFoundryCluster, CloudFoundrySource, type BeamCluster, type Cookie } from "../components";
import { cloudFoundryConfig } from "./cloudfoundryConfig";
import { projectRoot, type StackConfig } from "./config";

/** Instances of an app on Cloud Foundry, which find each other by an internal route. */
export function cloudfoundry({ cluster }: StackConfig, cookie: Cookie): BeamCluster {
  const own = cloudFoundryConfig();
  const directory = own.source === CloudFoundrySource.Directory;
  return new CloudFoundryCluster("beam", {
    ...cluster,
    ...own,
    image: directory ? path.resolve(projectRoot, cluster.image) : cluster.image,
    cookie: cookie.value,
  });
}
