/** How far a deployment may go below and above the wanted number of nodes. */
export interface DeploymentPercents {
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
}

/**
 * New nodes join before old ones leave: no deployment takes the cluster below its size. It goes in steps of a
 * quarter, and of one node at least, so that whatever the nodes hand over has somewhere to go.
 *
 * ECS rounds the minimum up and the maximum down to whole tasks.
 */
export function deploymentPercents(nodes: number): DeploymentPercents {
  return {
    minimumHealthyPercent: 100,
    maximumPercent: Math.max(125, Math.ceil((100 * (nodes + 1)) / nodes)),
  };
}

/** Minutes to wait for a steady state: up to seven steps of a few minutes each, with room for slow images. */
export const steadyStateMinutes = 40;
