import type { Deployment } from "@pulumi/pulumi/automation";
import { fargateNodes } from "./fargate";
import { dropletNodes } from "./digitalocean";
import { cloudFoundryNodes } from "./cloudfoundry";
import { flyNodes } from "./fly";
import { localNodes } from "./local";

/** One node as it was asked a moment ago. */
export interface NodeStatus {
  readonly node: string;
  readonly address: string;
  readonly state: "running" | "unreachable" | "stopped";
  /** Nodes it is connected to; empty where it does not answer. */
  readonly peers: readonly string[];
}

/** How a target's nodes are found in the state and asked. A target adds its line here. */
const targets: readonly ((resources: readonly StateResource[]) => Promise<readonly NodeStatus[]>)[] = [
  localNodes,
  fargateNodes,
  dropletNodes,
  cloudFoundryNodes,
  flyNodes,
];

/** A resource in the stack's state, as far as it concerns us. */
export interface StateResource {
  readonly type: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

export async function nodeStatuses(deployment: Deployment): Promise<readonly NodeStatus[]> {
  const resources = stateResources(deployment);
  return (await Promise.all(targets.map((ask) => ask(resources)))).flat();
}

/** A cluster is whole when every node answers and sees every other. */
export function isWhole(nodes: readonly NodeStatus[]): boolean {
  return (
    nodes.length > 0 && nodes.every((one) => one.state === "running" && missing(one, nodes).length === 0)
  );
}

/** The nodes that this one should see and does not. */
export function missing(one: NodeStatus, all: readonly NodeStatus[]): readonly string[] {
  return all.map(({ node }) => node).filter((name) => name !== one.node && !one.peers.includes(name));
}

function stateResources(deployment: Deployment): readonly StateResource[] {
  const { resources = [] } = deployment.deployment as {
    resources?: { type: string; outputs?: Record<string, unknown> }[];
  };
  return resources.map(({ type, outputs = {} }) => ({ type, outputs }));
}
