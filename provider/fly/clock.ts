/** The time that waits and rate limits go by. Tests let it run faster, together with that of the local API. */
export interface Clock {
  /** Milliseconds since some moment. */
  now(): number;
  /** Ends early, with the signal's reason, when the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** How much real time a span takes. */
  real(milliseconds: number): number;
}

/** A clock that runs `speed` times as fast as the real one. */
export function clock(speed = 1): Clock {
  const begin = Date.now();
  const real = (milliseconds: number) => milliseconds / speed;
  return {
    now: () => begin + (Date.now() - begin) * speed,
    real,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        const aborted = () => {
          clearTimeout(timer);
          reject(reasonOf(signal));
        };
        const timer = setTimeout(() => {
          signal?.removeEventListener("abort", aborted);
          resolve();
        }, real(milliseconds));
        if (signal?.aborted === true) {
          aborted();
        }
        signal?.addEventListener("abort", aborted, { once: true });
      }),
  };
}

/** Why a signal aborted, as an error. */
export function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error("cancelled");
}
