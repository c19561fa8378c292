import type { FlyApi } from "../api";
import { isKind } from "../errors";

/** Short, so that a run that was killed keeps nobody out for long. */
export const leaseSeconds = 30;
const refreshSeconds = 10;
/** Somebody else's lease is waited for: a deploy by hand, or a run of ours that was killed. */
const patienceSeconds = 60;

export interface Leased {
  readonly nonce: string;
  /** The machine's version when we got the lease; undefined for a machine born with it. */
  readonly version: string | undefined;
}

/**
 * Does something to a machine that nobody else may touch meanwhile, and gives the lease back in every case.
 * @param born nonce of the lease the machine was created with
 */
export async function withLease<Result>(
  api: FlyApi,
  app: string,
  id: string,
  signal: AbortSignal,
  born: string | undefined,
  work: (lease: Leased) => Promise<Result>,
): Promise<Result> {
  const lease =
    born === undefined ? await acquire(api, app, id, signal) : { nonce: born, version: undefined };
  const done = new AbortController();
  const refreshing = refresh(api, app, id, lease.nonce, done.signal);
  try {
    return await work(lease);
  } finally {
    done.abort();
    await refreshing;
    // Without the signal: who was interrupted gives it back too. It is gone with a machine that is gone, and
    // one that was lost meanwhile runs out by itself.
    await api.leases.release(app, id, lease.nonce).catch(() => undefined);
  }
}

async function acquire(api: FlyApi, app: string, id: string, signal: AbortSignal): Promise<Leased> {
  const deadline = api.clock.now() + patienceSeconds * 1000;
  for (;;) {
    try {
      return await api.leases.acquire(app, id, leaseSeconds, undefined, signal);
    } catch (error) {
      if (!isKind(error, "held", "uncertain") || api.clock.now() > deadline) {
        throw error;
      }
      await api.clock.sleep(2000, signal);
    }
  }
}

async function refresh(
  api: FlyApi,
  app: string,
  id: string,
  nonce: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (;;) {
      await api.clock.sleep(refreshSeconds * 1000, signal);
      // A refresh that failed is made up for by the next one; losing the lease shows in the next guarded call.
      await api.leases.acquire(app, id, leaseSeconds, nonce, signal).catch(() => undefined);
    }
  } catch {
    // The work is done.
  }
}
