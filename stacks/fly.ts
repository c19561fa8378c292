import { FlyCluster, type BeamCluster, type Cookie } from "../components";
import { flyConfig } from "./flyConfig";
import type { StackConfig } from "./config";

/** Machines on Fly, which find each other by the app's `.internal` name. */
export function fly({ cluster }: StackConfig, cookie: Cookie): BeamCluster {
  return new FlyCluster("beam", { ...cluster, ...flyConfig(), cookie: cookie.value });
}
