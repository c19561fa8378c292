import { createHash } from "node:crypto";
import type { MachineConfig } from "../../../components/fly/machineConfig";
import type { MachineRecord, MachineVolume } from "../../../components/fly/machines";
import type { Slot } from "../../../components/fly/slots";

export type MachinesInputs = {
  app: string;
  owner: string;
  slots: Slot[];
  config: MachineConfig;
  cohort: string;
  secretsVersion?: number;
  generation?: string;
  volume?: MachineVolume;
  maxUnavailable: number;
  peersCommand?: string[];
  startTimeoutSeconds: number;
};
export type MachinesOutputs = MachinesInputs & { machines: MachineRecord[] };

/** Metadata we write on a machine. Whatever else stands there is somebody else's, and stays. */
export const keys = {
  owner: "pulumi_beam_owner",
  goal: "pulumi_beam_goal",
  cohort: "pulumi_beam_cohort",
} as const;

/**
 * Fingerprint of all that only a new version of the machine can change. It travels in the metadata, so that a
 * roll that was cut short knows which machines are there already, and so that the API may respell a
 * configuration (durations, booleans, empty lists) without any machine seeming to have changed.
 */
export function goalOf({ config, cohort, secretsVersion, generation, volume }: MachinesInputs): string {
  const runtime = { config, cohort, secretsVersion, generation, path: volume?.path };
  return createHash("sha256").update(canonical(runtime)).digest("hex").slice(0, 16);
}

/** JSON with sorted keys: the engine keeps no order. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return `{${entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`)
      .join(",")}}`;
  }
  return JSON.stringify(value);
}

export function metadataOf(inputs: MachinesInputs): Record<string, string> {
  return { [keys.owner]: inputs.owner, [keys.goal]: goalOf(inputs), [keys.cohort]: inputs.cohort };
}
