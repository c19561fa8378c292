import type { MachineRecord } from "../../../components/fly/machines";
import type { Slot } from "../../../components/fly/slots";
import type { Machine } from "../shapes";
import { keys } from "./goal";
import { differsFrom } from "./sameConfig";

export interface Placed {
  readonly slot: Slot;
  readonly machine: Machine;
}

/** What to do, in this order. Machines are never taken from the set before those that stay are up. */
export interface Plan {
  /** At goal and running. */
  readonly keep: readonly Placed[];
  /** Their host does not answer, so nothing is known of them, and nothing is done to them. */
  readonly unreachable: readonly Placed[];
  readonly create: readonly Slot[];
  /** At goal, but not running. */
  readonly start: readonly Placed[];
  /** Not at goal. Those that do not run stand first: they can lose nothing. */
  readonly update: readonly Placed[];
  /** Ours, and wanted no more; the last of each region first. */
  readonly destroy: readonly Machine[];
}

export interface Wanted {
  readonly slots: readonly Slot[];
  readonly goal: string;
  readonly config: object;
  /** As the last run left them, to tell a change that was made by hand. */
  readonly records: readonly MachineRecord[];
}

/** Still there for a while, and gone all the same. */
const goneStates = ["destroyed", "destroying", "replaced", "migrated"];
const runningStates = ["started", "starting", "restarting", "replacing", "updating", "creating"];

export function isGone({ state }: Machine): boolean {
  return goneStates.includes(state);
}

export function isRunning({ state }: Machine): boolean {
  return runningStates.includes(state);
}

export function plan(observed: readonly Machine[], wanted: Wanted): Plan {
  const there = observed.filter((machine) => !isGone(machine));
  const taken = new Set<string>();
  const placed = wanted.slots.flatMap((slot) => {
    const machine = there.find(({ name, region }) => name === slot.name && region === slot.region);
    if (machine === undefined) {
      return [];
    }
    taken.add(machine.id);
    return [{ slot, machine }];
  });
  const reachable = placed.filter(({ machine }) => machine.hostAnswers);
  const atGoal = ({ machine }: Placed) =>
    machine.metadata[keys.goal] === wanted.goal && !changedByHand(machine, wanted);
  const update = reachable.filter((one) => !atGoal(one));
  return {
    keep: reachable.filter((one) => atGoal(one) && isRunning(one.machine)),
    unreachable: placed.filter(({ machine }) => !machine.hostAnswers),
    create: wanted.slots.filter(({ name }) => !placed.some(({ slot }) => slot.name === name)),
    start: reachable.filter((one) => atGoal(one) && !isRunning(one.machine)),
    update: [
      ...update.filter(({ machine }) => !isRunning(machine)),
      ...update.filter(({ machine }) => isRunning(machine)),
    ],
    destroy: there.filter(({ id }) => !taken.has(id)).sort((a, b) => numberOf(b.name) - numberOf(a.name)),
  };
}

/** Whether a plan leaves everything as it is. */
export function isEmpty({ create, start, update, destroy }: Plan): boolean {
  return [create, start, update, destroy].every((list) => list.length === 0);
}

/**
 * The metadata says "at goal", but the version is not the one we left: somebody changed the machine, and with it
 * went our metadata. (Or Fly moved it to another host; then the configuration is the same.)
 */
function changedByHand(machine: Machine, { records, goal, config }: Wanted): boolean {
  const left = records.find(({ id }) => id === machine.id);
  return left?.goal === goal && left.instanceId !== machine.instanceId && differsFrom(config, machine.config);
}

function numberOf(name: string): number {
  return Number(/-(\d+)$/.exec(name)?.[1] ?? 0);
}
