import type { MachineRecord } from "../../../components/fly/machines";
import type { Slot } from "../../../components/fly/slots";
import type { FlyApi } from "../api";
import type { Machine } from "../shapes";
import { keys, type MachinesInputs } from "./goal";

/** A machine of ours, as far as this run knows it. */
export interface Member extends MachineRecord {
  readonly cohort: string;
  /** Whether its peers may count on it. */
  readonly up: boolean;
}

/** What a roll works with. */
export interface Roll {
  readonly api: FlyApi;
  readonly inputs: MachinesInputs;
  readonly goal: string;
  readonly fleet: Fleet;
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
}

/**
 * The machines by slot, written down the moment each is known, so that whenever a run ends the state holds all
 * that exist.
 */
export class Fleet {
  private readonly members = new Map<string, Member>();
  private told = "";

  constructor(
    private readonly size: number,
    private readonly progress: (message: string) => void,
  ) {}

  put(slot: string, machine: Machine, up: boolean): void {
    this.members.set(slot, {
      slot,
      id: machine.id,
      instanceId: machine.instanceId,
      privateIp: machine.privateIp,
      goal: machine.metadata[keys.goal] ?? "",
      cohort: machine.metadata[keys.cohort] ?? "",
      up,
    });
    this.tell();
  }

  remove(slot: string): void {
    this.members.delete(slot);
    this.tell();
  }

  /** What the state keeps, in the order of the slots. */
  records(slots: readonly Slot[]): MachineRecord[] {
    const order = new Map(slots.map(({ name }, index) => [name, index]));
    return [...this.members.values()]
      .sort((a, b) => (order.get(a.slot) ?? order.size) - (order.get(b.slot) ?? order.size))
      .map(({ slot, id, instanceId, privateIp, goal }) => ({ slot, id, instanceId, privateIp, goal }));
  }

  /** Addresses that a member must be connected to: all that are up and of its own kind. */
  peersOf(slot: string): readonly string[] {
    const cohort = this.members.get(slot)?.cohort;
    return [...this.members.values()]
      .filter((one) => one.up && one.slot !== slot && one.cohort === cohort)
      .map(({ privateIp }) => privateIp);
  }

  /** `3 of 6 healthy`. */
  summary(): string {
    return `${[...this.members.values()].filter(({ up }) => up).length} of ${this.size} healthy`;
  }

  private tell(): void {
    const now = this.summary();
    if (now !== this.told) {
      this.told = now;
      this.progress(now);
    }
  }
}
