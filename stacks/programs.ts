import type { BeamCluster, Cookie } from "../components";
import type { StackConfig } from "./config";
import { digitalocean } from "./digitalocean";
import { fargate } from "./fargate";
import { local } from "./local";

type Program = (config: StackConfig, cookie: Cookie) => BeamCluster;

/** Every target that an environment may choose. */
export const programs: Readonly<Record<string, Program>> = { digitalocean, fargate, local };
