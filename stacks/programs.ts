import type { BeamCluster, Cookie } from "../components";
import { cloudfoundry } from "./cloudfoundry";
import type { StackConfig } from "./config";
import { digitalocean } from "./digitalocean";
import { fargate } from "./fargate";
import { fly } from "./fly";
import { local } from "./local";

type Program = (config: StackConfig, cookie: Cookie) => BeamCluster;

/** Every target that an environment may choose. */
export const programs: Readonly<Record<string, Program>> = {
  cloudfoundry,
  digitalocean,
  fargate,
  fly,
  local,
};
