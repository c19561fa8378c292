import type { Clock } from "../../../provider/fly/clock";

/** A clock that stands still but while somebody sleeps, and then jumps: for tests that do one thing at a time. */
export function virtualClock(): Clock {
  let now = Date.UTC(2026, 0, 1);
  return {
    now: () => now,
    real: () => 0,
    sleep: async (milliseconds) => {
      now += milliseconds;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
