import { setTimeout as sleep } from "node:timers/promises";

export interface WaitOptions {
  /** What is waited for, for the message. */
  readonly what: string;
  /** How long nothing may change before the wait is given up. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

/** What a look at the server found: the end of the wait, or how far things are. */
export type Look<Value> = { readonly done: Value } | { readonly state: string };

/** Nothing has changed for too long. */
export class Stuck extends Error {}

/**
 * Looks again and again, ever more slowly, until the end is reached. Every change of the state starts the time
 * anew, so that a rollout of many instances may take long and a stuck one may not.
 */
export async function until<Value>(options: WaitOptions, look: () => Promise<Look<Value>>): Promise<Value> {
  let last = "";
  let since = Date.now();
  for (let pause = 50; ; pause = Math.min(pause * 1.5, 3000)) {
    options.signal.throwIfAborted();
    const found = await look();
    if ("done" in found) {
      return found.done;
    }
    if (found.state !== last) {
      [last, since] = [found.state, Date.now()];
    } else if (Date.now() - since > options.timeoutSeconds * 1000) {
      throw new Stuck(`${options.what} is still ${last} after ${options.timeoutSeconds} s`);
    }
    await sleep(pause, undefined, { signal: options.signal });
  }
}
