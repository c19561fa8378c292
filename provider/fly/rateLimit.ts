import type { Clock } from "./clock";

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

// https://fly.io/docs/machines/api/working-with-machines-api/#rate-limits: per action, and per machine or app.
export const rates = {
  action: { perSecond: 1, burst: 3 },
  getMachine: { perSecond: 5, burst: 10 },
} as const satisfies Record<string, Rate>;

/** The server measures at its own end of the line, where calls may arrive closer together than they left. */
const margin = 1.02;

/** Hands out the moments at which the server's limits allow a call; callers wait their turn here, not there. */
export class RateLimiter {
  /** By action and id: when the next call would be due if none came in a burst. */
  private readonly due = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  async turn(key: string, { perSecond, burst }: Rate, signal?: AbortSignal): Promise<void> {
    const interval = (1000 * margin) / perSecond;
    const now = this.clock.now();
    const due = Math.max(this.due.get(key) ?? 0, now);
    this.due.set(key, due + interval);
    const wait = due - (burst - 1) * interval - now;
    if (wait > 0) {
      await this.clock.sleep(wait, signal);
    }
  }
}
