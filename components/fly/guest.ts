import { misuse } from "../beam/misuse";

export interface GuestArgs {
  /** Whether its CPUs are shared with others. Changing it restarts the nodes. @default "shared" */
  readonly cpuKind?: "shared" | "performance";
  /** CPUs: `1`, `2`, `4`, `6` or `8` shared ones; `1`, or an even number up to `16`, of the performance kind. Changing it restarts the nodes. @default 1 */
  readonly cpus?: number;
  /** Memory. Changing it restarts the nodes. @default 1024, as `fly launch` gives a Phoenix app (2048 a CPU of the performance kind) */
  readonly memoryMib?: number;
}

/** In the words of the Machines API. */
export type Guest = { cpu_kind: "shared" | "performance"; cpus: number; memory_mb: number };

/** What the API accepts: https://fly.io/docs/machines/guides-examples/machine-sizing/ */
const kinds = {
  shared: { cpus: [1, 2, 4, 6, 8], leastMib: 256, mostMib: 2048, stepMib: 256, defaultMib: 1024 },
  performance: {
    cpus: [1, 2, 4, 6, 8, 10, 12, 14, 16, 32, 64, 128],
    leastMib: 2048,
    mostMib: 8192,
    stepMib: 1024,
    defaultMib: 2048,
  },
} as const;

/** Refuses the sizes the API would refuse, before anything is created. */
export function guest(args: GuestArgs = {}): Guest {
  const cpuKind = args.cpuKind ?? "shared";
  if (!Object.hasOwn(kinds, cpuKind)) {
    throw misuse("guest.cpuKind", cpuKind, Object.keys(kinds).join(" or "), "choose one");
  }
  const kind = kinds[cpuKind];
  const cpus = args.cpus ?? 1;
  const allowed: readonly number[] = kind.cpus;
  if (!allowed.includes(cpus)) {
    throw misuse("guest.cpus", cpus, `${allowed.join(", ")} for cpuKind ${cpuKind}`, "choose one of these");
  }
  const least = kind.leastMib * cpus;
  const most = kind.mostMib * cpus;
  const memoryMib = args.memoryMib ?? Math.max(kind.defaultMib, least);
  if (memoryMib < least || memoryMib > most || memoryMib % kind.stepMib !== 0) {
    throw misuse(
      "guest.memoryMib",
      memoryMib,
      `${least} to ${most} in steps of ${kind.stepMib} for ${cpus} ${cpuKind} CPU${cpus === 1 ? "" : "s"}`,
      "change the memory, or the CPUs with it",
    );
  }
  return { cpu_kind: cpuKind, cpus, memory_mb: memoryMib };
}
