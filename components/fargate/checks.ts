import * as net from "node:net";
import { misuse } from "../beam/misuse";
import type { FargateCapacityMixArgs } from "./args";

/** Refuses a new and an existing thing at once. */
export function hasNot(field: string, value: unknown, other: string, existing: unknown): void {
  if (value !== undefined && existing !== undefined) {
    throw misuse(
      field,
      typeof value === "string" ? value : "given",
      `nothing where ${other} is given`,
      "keep one of the two",
    );
  }
}

export function whole(field: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw misuse(field, value, `a whole number from ${least} to ${most}`, "correct it");
  }
  return value;
}

export function portNumber(field: string, value: number): number {
  return whole(field, value, 1, 65_535);
}

/** A word that names a resource. */
export function word(field: string, value: string): string {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(value)) {
    throw misuse(
      field,
      value,
      "a word of up to 32 lower-case letters, digits and -",
      "give one such as worker",
    );
  }
  return value;
}

/** A block of addresses in CIDR notation. */
export function cidr(field: string, value: string): string {
  const [address = "", bits = "", ...more] = value.split("/");
  const family = net.isIP(address);
  const most = family === 4 ? 32 : 128;
  if (family === 0 || more.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > most) {
    throw misuse(
      field,
      value,
      "a block of addresses such as 10.0.0.0/16",
      "write an address, a slash and the bits",
    );
  }
  return value;
}

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function logRetention(days: number): number {
  if (!retentions.includes(days)) {
    throw misuse("logRetentionDays", days, retentions.join(", "), "choose one that CloudWatch has");
  }
  return days;
}

/** How a service spreads its tasks over Fargate and Fargate Spot. */
export type CapacityStrategy = {
  readonly capacityProvider: string;
  readonly base: number;
  readonly weight: number;
};

export function capacity(mix: FargateCapacityMixArgs): readonly CapacityStrategy[] {
  const base = whole("capacityMix.onDemandBase", mix.onDemandBase, 0, 100_000);
  const onDemand = whole("capacityMix.onDemandWeight", mix.onDemandWeight ?? 0, 0, 1000);
  const spot = whole("capacityMix.spotWeight", mix.spotWeight ?? 1, 0, 1000);
  if (spot === 0) {
    throw misuse("capacityMix.spotWeight", 0, "1 to 1000", "leave capacityMix out to stay off Spot");
  }
  return [
    { capacityProvider: "FARGATE", base, weight: onDemand },
    { capacityProvider: "FARGATE_SPOT", base: 0, weight: spot },
  ];
}
