const asked = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Turns a signal to this process into an abort, so that the work can stop its children and clean up after itself.
 * The signal takes its usual course after that.
 */
export async function interruptible<T>(
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const interrupt = new AbortController();
  let received: NodeJS.Signals | undefined;
  const stop = (name: NodeJS.Signals) => {
    received = name;
    interrupt.abort(new Error(`interrupted by ${name}`));
  };
  for (const name of asked) process.on(name, stop);
  try {
    return await work(outer ? AbortSignal.any([outer, interrupt.signal]) : interrupt.signal);
  } finally {
    for (const name of asked) process.off(name, stop);
    // Nobody else listens: do what the signal would have done had we not.
    if (received && process.listenerCount(received) === 0) process.kill(process.pid, received);
  }
}

/** Stops waiting for something that cannot itself be stopped. */
export async function abandonable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let leave: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    leave = () => reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    signal.addEventListener("abort", leave, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (leave) signal.removeEventListener("abort", leave);
  }
}
