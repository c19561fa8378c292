import { misuse } from "../beam/misuse";

/** MiB of memory that go with a number of CPU units: from, to, in steps of. */
interface Memory {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
const sizes: ReadonlyMap<number, Memory> = new Map([
  [256, { from: 512, to: 2048, step: 512 }],
  [512, { from: 1024, to: 4096, step: 1024 }],
  [1024, { from: 2048, to: 8192, step: 1024 }],
  [2048, { from: 4096, to: 16384, step: 1024 }],
  [4096, { from: 8192, to: 30720, step: 1024 }],
  [8192, { from: 16384, to: 61440, step: 4096 }],
  [16384, { from: 32768, to: 122880, step: 8192 }],
]);

/** CPU units and memory of a task. */
export interface Size {
  readonly cpu: number;
  readonly memoryMiB: number;
}

/** Checks that Fargate has tasks of this size. */
export function size(cpu: number, memoryMiB: number): Size {
  const memory = sizes.get(cpu);
  if (memory === undefined) {
    throw misuse("cpu", cpu, [...sizes.keys()].join(", "), "1024 units are one vCPU");
  }
  const { from, to, step } = memory;
  const fits = memoryMiB >= from && memoryMiB <= to && (memoryMiB - from) % step === 0;
  // The smallest size alone doubles instead of counting: 512, 1024, 2048.
  if (!fits || (cpu === 256 && memoryMiB === 1536)) {
    const allowed = cpu === 256 ? "512, 1024 or 2048" : `${from} to ${to} in steps of ${step}`;
    throw misuse(
      "memoryMiB",
      memoryMiB,
      `${allowed}, with ${cpu} CPU units`,
      "choose a pair that Fargate has",
    );
  }
  return { cpu, memoryMiB };
}
