import type { Report } from "../report";

/** Says every so often that something long is still going on. */
export async function withHeartbeat<T>(
  phase: string,
  report: Report,
  work: () => Promise<T>,
  everyMs = 15_000,
): Promise<T> {
  const start = Date.now();
  const timer = setInterval(() => report(`  ${phase}, ${elapsed(Date.now() - start)} so far`), everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** `45 s`, `3 min 20 s` */
export function elapsed(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
