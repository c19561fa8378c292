import { Refused, type World } from "./world";

/** The server's own limits: per action and id, one a second with bursts of three; five and ten to get a machine. */
export class Buckets {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  constructor(private readonly world: World) {}

  take(action: string, id: string): void {
    const [perSecond, burst] = action === "get machine" ? [5, 10] : [1, 3];
    const key = `${action} ${id}`;
    const now = this.world.now();
    const bucket = this.buckets.get(key) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    this.buckets.set(key, bucket);
    if (bucket.tokens < 1) {
      throw new Refused(429, "resource_exhausted: rate limit exceeded");
    }
    bucket.tokens--;
  }
}
