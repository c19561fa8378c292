import type { Slot } from "../../../components/fly/slots";
import { isKind } from "../errors";
import type { Machine } from "../shapes";
import type { Roll } from "./fleet";
import { keys, metadataOf } from "./goal";
import { untilHealthy } from "./health";
import { leaseSeconds, withLease } from "./lease";
import { isGone, type Placed } from "./plan";
import { destroyMachine } from "./retire";

/** A slot's machine, and the lease it was born with. */
interface Born {
  readonly machine: Machine;
  readonly nonce: string | undefined;
}

type Volumes = ReadonlyMap<string, string>;

/** Makes the machine of a slot and waits until it is healthy. */
export async function fill(roll: Roll, slot: Slot, volumes: Volumes): Promise<void> {
  const { machine, nonce } = await create(roll, slot, volumes);
  roll.fleet.put(slot.name, machine, false);
  if (machine.metadata[keys.goal] !== roll.goal) {
    // Found under its name, as an older run left it.
    await change(roll, { slot, machine }, volumes);
    return;
  }
  const healthy = await withLease(roll.api, roll.inputs.app, machine.id, roll.signal, nonce, (lease) =>
    untilHealthy(roll, machine.id, machine.instanceId, lease.nonce),
  );
  roll.fleet.put(slot.name, healthy, true);
}

/** Brings a machine up that is as wanted but does not run. */
export async function start(roll: Roll, { slot, machine }: Placed): Promise<void> {
  const { api, inputs, signal } = roll;
  const healthy = await withLease(api, inputs.app, machine.id, signal, undefined, async ({ nonce }) => {
    await api.machines.start(inputs.app, machine.id, nonce, signal).catch((error: unknown) => {
      // 412: it is on its way already, or still ending; the wait below tells which.
      if (!isKind(error, "notNow")) {
        throw error;
      }
    });
    return await untilHealthy(roll, machine.id, machine.instanceId, nonce);
  });
  roll.fleet.put(slot.name, healthy, true);
}

/** Gives a machine the wanted configuration, in place, or elsewhere where its host has no room for it. */
export async function change(roll: Roll, placed: Placed, volumes: Volumes): Promise<void> {
  const { api, inputs, signal, fleet } = roll;
  const { slot, machine } = placed;
  const healthy = await withLease(api, inputs.app, machine.id, signal, undefined, async ({ nonce }) => {
    // Read again under the lease: what was listed may be minutes old by now.
    const before = await api.machines.get(inputs.app, machine.id, signal);
    if (isGone(before)) {
      return undefined;
    }
    fleet.put(slot.name, before, false);
    const updated = await update(roll, slot, before, volumes, nonce);
    if (updated === undefined) {
      await destroyMachine(api, inputs.app, before, nonce);
      fleet.remove(slot.name);
      return undefined;
    }
    fleet.put(slot.name, updated, false);
    return await untilHealthy(roll, machine.id, updated.instanceId, nonce);
  });
  if (healthy === undefined) {
    await fill(roll, slot, volumes);
    return;
  }
  fleet.put(slot.name, healthy, true);
}

/** Undefined where the host has no room. */
async function update(
  roll: Roll,
  slot: Slot,
  before: Machine,
  volumes: Volumes,
  nonce: string,
): Promise<Machine | undefined> {
  const { api, inputs, signal, goal } = roll;
  let current = before;
  for (let tries = 1; ; tries++) {
    try {
      const body = launch(roll, slot, volumes, current.metadata);
      return await api.machines.update(inputs.app, current.id, body, nonce, signal);
    } catch (error) {
      if (isKind(error, "hostFull")) {
        if (inputs.volume === undefined) {
          roll.warn(`${slot.name}: its host has no room for the update, so it is made anew on another`);
          return undefined;
        }
        throw new Error(
          `${slot.name} (machine ${current.id}): its host has no room for the update, and its volume cannot leave that host: ` +
            `try again later, or fork the volume to another host (fly volumes fork) and destroy the machine: ${error.message}`,
          { cause: error },
        );
      }
      if (!isKind(error, "uncertain", "held", "notNow") || tries === 5) {
        throw error;
      }
      await api.clock.sleep(1000 * tries, signal);
      current = await api.machines.get(inputs.app, current.id, signal);
      if (current.metadata[keys.goal] === goal) {
        // The answer was lost, not the update.
        return current;
      }
    }
  }
}

/** Where it is not known whether a machine was made, looks it up by its name; never makes a second one. */
async function create(roll: Roll, slot: Slot, volumes: Volumes): Promise<Born> {
  const { api, inputs, signal } = roll;
  const body = {
    name: slot.name,
    region: slot.region,
    lease_ttl: leaseSeconds,
    ...launch(roll, slot, volumes, {}),
  };
  for (let tries = 1; ; tries++) {
    try {
      const machine = await api.machines.create(inputs.app, body, signal);
      return { machine, nonce: machine.nonce };
    } catch (error) {
      if (!isKind(error, "machineExists", "uncertain", "held") || tries === 5) {
        throw error;
      }
      await api.clock.sleep(1000 * tries, signal);
      const ours = await api.machines.list(inputs.app, { [keys.owner]: inputs.owner }, signal);
      const found = ours.find((one) => one.name === slot.name && !isGone(one));
      if (found !== undefined) {
        return { machine: found, nonce: undefined };
      }
      if (error.kind === "machineExists" && tries > 2) {
        throw new Error(
          `${slot.name} is the name of a machine in ${inputs.app} that this stack does not own, and is left alone: ` +
            `rename the component, or remove that machine: ${error.message}`,
          { cause: error },
        );
      }
    }
  }
}

function launch(roll: Roll, slot: Slot, volumes: Volumes, others: Readonly<Record<string, string>>) {
  const { config, volume, secretsVersion } = roll.inputs;
  const id = volumes.get(slot.name);
  const mounts =
    id === undefined || volume === undefined ? {} : { mounts: [{ volume: id, path: volume.path }] };
  return {
    // An update replaces the whole configuration, the metadata that others wrote through their own endpoint with it.
    config: { ...config, ...mounts, metadata: { ...others, ...metadataOf(roll.inputs) } },
    ...(secretsVersion === undefined ? {} : { min_secrets_version: secretsVersion }),
  };
}
