import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Report } from "../report";

export interface Owner {
  readonly id: string;
  readonly pid: number;
  readonly host: string;
}

export const lockTimes = { pollMs: 500, touchMs: 5_000, staleMs: 60_000 } as const;

/**
 * Whether the owner of a lock is gone: its process has ended, or, where that cannot be asked (another machine, a
 * process id that was given out again), it has not touched the lock for a minute.
 */
export function isStale(owner: Owner | undefined, idleMs: number, alive: (pid: number) => boolean): boolean {
  return (owner?.host === os.hostname() && !alive(owner.pid)) || idleMs > lockTimes.staleMs;
}

/** Does the work while no other process on this file does; waits for its turn. */
export async function withLock<T>(
  file: string,
  report: Report,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const self: Owner = { id: randomUUID(), pid: process.pid, host: os.hostname() };
  for (let told = false; !take(file, self);) {
    const owner = read(file);
    if (isStale(owner, idle(file), isAlive)) {
      breakLock(file, owner);
      continue;
    }
    if (!told) {
      report(`process ${owner?.pid ?? "unknown"} is already getting the engine ready; waiting for it`);
      told = true;
    }
    await sleep(lockTimes.pollMs, undefined, { signal });
  }
  const timer = setInterval(() => touch(file), lockTimes.touchMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (read(file)?.id === self.id) {
      fs.rmSync(file, { force: true });
    }
  }
}

function take(file: string, self: Owner): boolean {
  try {
    fs.writeFileSync(file, JSON.stringify(self), { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      return false;
    }
    throw error;
  }
}

/** Moves a dead lock aside. What was moved may by now be another's live one: then it goes back. */
function breakLock(file: string, dead: Owner | undefined): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    fs.renameSync(file, aside);
    if (read(aside)?.id !== dead?.id) {
      fs.linkSync(aside, file);
    }
  } catch {
    // Somebody else was faster; the next attempt to take the lock shows who.
  }
  fs.rmSync(aside, { force: true });
}

function read(file: string): Owner | undefined {
  try {
    const owner: unknown = JSON.parse(fs.readFileSync(file, "utf8"));
    return isOwner(owner) ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isOwner(value: unknown): value is Owner {
  return (
    typeof value === "object" &&
    value !== null &&
    "id" in value &&
    typeof value.id === "string" &&
    "host" in value &&
    typeof value.host === "string" &&
    "pid" in value &&
    typeof value.pid === "number"
  );
}

function idle(file: string): number {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  return found === undefined ? 0 : Date.now() - found.mtimeMs;
}

function touch(file: string): void {
  try {
    fs.utimesSync(file, new Date(), new Date());
  } catch {
    // Taken away from us. The results are put in place in one step, so two at work do no harm.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process, but a process.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
