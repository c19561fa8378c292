import type { Deployment } from "@pulumi/pulumi/automation";
import { cloudFoundryNodes } from "./cloudfoundry";
import { dropletNodes } from "./digitalocean";
import { fargateNodes } from "./fargate";
import { flyNodes } from "./fly";
import { localNodes } from "./local";
import type { NodeStatus, StateResource } from "./nodeStatus";

/** How a target's nodes are found in the state and asked. A target adds its line here. */
const targets: readonly ((resources: readonly StateResource[]) => Promise<readonly NodeStatus[]>)[] = [
  cloudFoundryNodes,
  dropletNodes,
  fargateNodes,
  flyNodes,
  localNodes,
];

/** Asks every node of a stack, each through its target's own channel. */
export async function askNodes(deployment: Deployment): Promise<readonly NodeStatus[]> {
  const resources = stateResources(deployment);
  return (await Promise.all(targets.map((ask) => ask(resources)))).flat();
}

function stateResources(deployment: Deployment): readonly StateResource[] {
  const { resources = [] } = deployment.deployment as {
    resources?: { type: string; outputs?: Record<string, unknown> }[];
  };
  return resources.map(({ type, outputs = {} }) => ({ type, outputs }));
}
