import { isKind } from "../errors";
import type { Machine } from "../shapes";
import { machineFailure } from "./failure";
import type { Roll } from "./fleet";

/** A machine that has run for as long without ending again and again is taken to run; flyctl's own measure. */
const smokeSeconds = 10;
/** `exec` is limited to one a second, and a machine is asked for no more often than that either. */
const pollSeconds = 1;
const logs = ({ app }: { app: string }, id: string) => `see: fly logs --app ${app} --machine ${id}`;

/** Waits until a version of a machine runs, keeps running and passes its checks. */
export async function untilHealthy(roll: Roll, id: string, version: string, nonce: string): Promise<Machine> {
  const { api, inputs, signal } = roll;
  const deadline = api.clock.now() + inputs.startTimeoutSeconds * 1000;
  await untilStarted(roll, id, version, nonce, deadline);
  const started = api.clock.now();
  for (;;) {
    const machine = await api.machines.get(inputs.app, id, signal);
    if (["stopped", "failed", "destroyed", "destroying"].includes(machine.state) || keepsEnding(machine)) {
      throw machineFailure(machine, "ended while it was starting", logs(inputs, id));
    }
    const smoked = api.clock.now() - started >= smokeSeconds * 1000;
    if (machine.state === "started" && smoked && passesChecks(machine, hasChecks(inputs.config))) {
      return machine;
    }
    if (api.clock.now() > deadline) {
      throw machineFailure(
        machine,
        `is ${machine.state} and not healthy after ${inputs.startTimeoutSeconds} s`,
        `${logs(inputs, id)}, or raise startTimeoutSeconds`,
      );
    }
    await api.clock.sleep(pollSeconds * 1000, signal);
  }
}

async function untilStarted(
  roll: Roll,
  id: string,
  version: string,
  nonce: string,
  deadline: number,
): Promise<void> {
  const { api, inputs, signal } = roll;
  for (;;) {
    const seconds = (deadline - api.clock.now()) / 1000;
    if (seconds <= 0) {
      const machine = await api.machines.get(inputs.app, id, signal);
      const what = `is still ${machine.state} after ${inputs.startTimeoutSeconds} s`;
      throw machineFailure(machine, what, `${logs(inputs, id)}, or raise startTimeoutSeconds`);
    }
    try {
      const wanted = { states: ["started", "stopped", "failed"], version, seconds };
      const state = await api.machines.wait(inputs.app, id, wanted, signal);
      if (state !== "stopped") {
        // One that failed is told of with its events, by whoever looks at it next.
        return;
      }
      // A machine that was stopped when it was updated stays so.
      await api.machines.start(inputs.app, id, nonce, signal).catch(notYet);
    } catch (error) {
      // 404: a machine just made is not seen everywhere yet.
      if (!isKind(error, "uncertain", "gone")) {
        throw error;
      }
      if (isKind(error, "uncertain")) {
        await startIdle(roll, id, nonce);
      }
    }
    await api.clock.sleep(500, signal);
  }
}

/** 408: not within the server's minute. A machine that was never started, or sleeps, cannot be waited for and rests so. */
async function startIdle({ api, inputs, signal }: Roll, id: string, nonce: string): Promise<void> {
  const { state } = await api.machines.get(inputs.app, id, signal);
  if (state === "created" || state === "suspended") {
    await api.machines.start(inputs.app, id, nonce, signal).catch(notYet);
  }
}

/** 412 while the machine settles: the next round tries again. */
function notYet(error: unknown): void {
  if (!isKind(error, "notNow")) {
    throw error;
  }
}

function keepsEnding({ events }: Machine): boolean {
  const last = events.find(({ type }) => type === "exit");
  return (
    last !== undefined &&
    last.restarting &&
    !last.requestedStop &&
    last.restartCount > 1 &&
    last.exitCode !== undefined &&
    last.exitCode !== 0
  );
}

/** Right after the start the list is empty, which is not the same as "all passing". */
function passesChecks({ checks }: Machine, expected: boolean): boolean {
  return !expected || (checks.length > 0 && checks.every(({ status }) => status === "passing"));
}

function hasChecks({ checks, services }: Roll["inputs"]["config"]): boolean {
  return Object.keys(checks).length > 0 || services.some((service) => service.checks.length > 0);
}
