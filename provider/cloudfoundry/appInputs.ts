import type { Needs } from "./needs";

/** A service whose credentials the app is given; `revision` changes whenever they do. */
export type BoundService = { guid: string; revision: string };

/** How the platform tells whether an instance is well. */
export type HealthCheck = { type: string; endpoint?: string };

// Types, not interfaces: only of these is it known that they hold nothing but property values.
export type AppInputs = {
  org: string;
  space: string;
  name: string;
  image?: string;
  registryUser?: string;
  registryPassword?: string;
  directory?: string;
  release?: string;
  contentHash?: string;
  buildpack?: string;
  command: string;
  env: Record<string, string>;
  secrets: Record<string, string>;
  services: BoundService[];
  instances: number;
  memoryMiB: number;
  diskMiB: number;
  healthCheck: HealthCheck;
  startTimeoutSeconds?: number;
  needs?: Needs;
};

/** `droplet` is what the app runs, or was last seen to run; `started` whether it does. */
export type AppOutputs = AppInputs & { guid: string; droplet: string; started: boolean };

export const defaultStartTimeoutSeconds = 180;

/** The environment that the app is to have, in one. */
export function environment({ env, secrets }: Pick<AppInputs, "env" | "secrets">): Record<string, string> {
  return { ...env, ...secrets };
}

/** What a droplet is made from: as long as it stays, so does the droplet. */
export function source(inputs: Partial<AppInputs>): object {
  const { image, registryUser, registryPassword, directory, contentHash, buildpack } = inputs;
  // Where a directory stands is all the same; what is in it counts.
  return { image, registryUser, registryPassword, bits: directory !== undefined, contentHash, buildpack };
}

/** What only new instances have: a change of anything here is a rolling deployment. */
export function runtime(inputs: AppInputs): object {
  const { command, healthCheck, memoryMiB, diskMiB, services } = inputs;
  return { command, healthCheck, memoryMiB, diskMiB, services, environment: environment(inputs) };
}
