import type { FlyApi } from "../api";
import { isKind } from "../errors";
import type { Machine } from "../shapes";
import { withLease } from "./lease";
import { durationSeconds } from "./sameConfig";

export interface Stop {
  readonly signal: string;
  readonly timeout: string;
}

/** Takes a machine out of service, lets the node end in order, and removes it. */
export async function retire(
  api: FlyApi,
  app: string,
  machine: Machine,
  stop: Stop,
  signal: AbortSignal,
): Promise<void> {
  if (!machine.hostAnswers) {
    // Who does not answer gives no lease and ends no node.
    await destroyMachine(api, app, machine, undefined);
    return;
  }
  try {
    await withLease(api, app, machine.id, signal, undefined, async ({ nonce }) => {
      if (machine.state === "started") {
        await api.machines.cordon(app, machine.id, nonce);
        await api.machines.stop(app, machine.id, stop, nonce, signal);
        await untilStopped(api, app, machine, stop, signal);
      }
      await destroyMachine(api, app, machine, nonce);
    });
  } catch (error) {
    if (!isKind(error, "gone")) {
      throw error;
    }
  }
}

/** Removes a machine and waits until it is gone, so that its name is free again. */
export async function destroyMachine(
  api: FlyApi,
  app: string,
  machine: Machine,
  nonce: string | undefined,
): Promise<void> {
  try {
    await api.machines.delete(app, machine.id, nonce);
    const deadline = api.clock.now() + 120_000;
    const wanted = { states: ["destroyed"], version: machine.instanceId, seconds: 60 };
    while (api.clock.now() < deadline) {
      try {
        await api.machines.wait(app, machine.id, wanted);
        return;
      } catch (error) {
        if (!isKind(error, "uncertain")) {
          throw error;
        }
      }
    }
    throw new Error(
      `${machine.name} (machine ${machine.id}) is not gone 120 s after it was destroyed: run it again`,
    );
  } catch (error) {
    if (!isKind(error, "gone")) {
      throw error;
    }
  }
}

/** A node that does not end in the time it was granted is ended. */
async function untilStopped(
  api: FlyApi,
  app: string,
  machine: Machine,
  { timeout }: Stop,
  signal: AbortSignal,
): Promise<void> {
  const deadline = api.clock.now() + ((durationSeconds(timeout) ?? 30) + 10) * 1000;
  for (let left = (deadline - api.clock.now()) / 1000; left > 0; left = (deadline - api.clock.now()) / 1000) {
    try {
      const wanted = { states: ["stopped"], version: machine.instanceId, seconds: left };
      await api.machines.wait(app, machine.id, wanted, signal);
      return;
    } catch (error) {
      if (!isKind(error, "uncertain")) {
        throw error;
      }
    }
  }
}
