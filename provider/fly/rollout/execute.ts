import { untilJoined } from "./peers";
import { pool } from "./pool";
import type { Plan, Placed } from "./plan";
import type { Roll } from "./fleet";
import { retire } from "./retire";
import { change, fill, start } from "./slot";
import { deleteVolumeOf, ensureVolumes } from "./volumes";

/**
 * Carries out a plan. What is missing comes first and goes last, so the cluster is never smaller than it has to
 * be; changed machines go one alone and then so many at once, each of which is back among its peers before its
 * place in the queue is given on.
 */
export async function execute(roll: Roll, plan: Plan): Promise<void> {
  const { api, inputs, fleet, signal } = roll;
  for (const { slot, machine } of plan.keep) {
    fleet.put(slot.name, machine, true);
  }
  for (const { slot, machine } of [...plan.start, ...plan.update, ...plan.unreachable]) {
    fleet.put(slot.name, machine, machine.hostAnswers && machine.state === "started");
  }
  for (const { slot, machine } of plan.unreachable) {
    roll.warn(
      `${slot.name} (machine ${machine.id}): its host does not answer; it is left as it is, and updated by a later run`,
    );
  }
  const volumes = await ensureVolumes(api, inputs, signal);

  const missing = [...plan.create.map((slot) => ({ slot })), ...plan.start];
  await pool(missing, missing.length, async (one) => {
    signal.throwIfAborted();
    await ("machine" in one ? start(roll, one) : fill(roll, one.slot, volumes));
  });
  await pool(missing, missing.length, ({ slot }) => joined(roll, slot.name));

  const turn = async (placed: Placed) => {
    signal.throwIfAborted();
    await change(roll, placed, volumes);
    await joined(roll, placed.slot.name);
  };
  await pool(plan.update.slice(0, 1), 1, turn);
  await pool(plan.update.slice(1), inputs.maxUnavailable, turn);

  await pool(plan.destroy, inputs.maxUnavailable, async (machine) => {
    signal.throwIfAborted();
    await retire(api, inputs.app, machine, inputs.config.stop_config, signal);
    if (inputs.volume?.deleteWithNode === true) {
      await deleteVolumeOf(api, inputs.app, { name: machine.name, region: machine.region });
    }
  });
}

async function joined(roll: Roll, slot: string): Promise<void> {
  const [record] = roll.fleet.records([]).filter((one) => one.slot === slot);
  if (record !== undefined) {
    await untilJoined(roll, slot, record.id);
  }
}
