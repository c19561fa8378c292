import { FlyError, isKind } from "../errors";
import type { Volume } from "../api/volumes";
import type { Slot } from "../../../components/fly/slots";
import { volumeName } from "../../../components/fly/volumeName";
import type { FlyApi } from "../api";
import type { MachinesInputs } from "./goal";

const dyingStates = [
  "scheduling_destroy",
  "fork_cleanup",
  "waiting_for_detach",
  "pending_destroy",
  "destroying",
];

/** Makes or grows the volume of each slot, before its machine needs it; gives their ids by slot. */
export async function ensureVolumes(
  api: FlyApi,
  { app, slots, volume, config }: MachinesInputs,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  if (volume === undefined) {
    return new Map();
  }
  const there = await livingVolumes(api, app, signal);
  const ids = slots.map(async (slot): Promise<[string, string]> => {
    const found =
      there.find((one) => isOf(slot, one)) ??
      (await create(api, app, slot, volume.sizeGib, config.guest, signal));
    if (found.sizeGib < volume.sizeGib) {
      await api.volumes.extend(app, found.id, volume.sizeGib);
    }
    return [slot.name, found.id];
  });
  return new Map(await Promise.all(ids));
}

/** A volume cannot be removed while its machine is still going away. */
export async function deleteVolumeOf(api: FlyApi, app: string, slot: Slot): Promise<void> {
  for (const volume of (await livingVolumes(api, app)).filter((one) => isOf(slot, one))) {
    for (let tries = 1; ; tries++) {
      try {
        await api.volumes.delete(app, volume.id);
        break;
      } catch (error) {
        if (isKind(error, "gone")) {
          break;
        }
        if (!(error instanceof FlyError) || tries === 10) {
          throw error;
        }
        await api.clock.sleep(2000);
      }
    }
  }
}

async function create(
  api: FlyApi,
  app: string,
  slot: Slot,
  sizeGib: number,
  guest: object,
  signal: AbortSignal,
): Promise<Volume> {
  const body = { name: volumeName(slot.name), region: slot.region, size_gb: sizeGib, compute: guest };
  try {
    return await api.volumes.create(app, body, signal);
  } catch (error) {
    if (!isKind(error, "uncertain")) {
      throw error;
    }
    const found = (await livingVolumes(api, app, signal)).find((one) => isOf(slot, one));
    return found ?? (await api.volumes.create(app, body, signal));
  }
}

async function livingVolumes(api: FlyApi, app: string, signal?: AbortSignal): Promise<readonly Volume[]> {
  return (await api.volumes.list(app, signal)).filter(({ state }) => !dyingStates.includes(state));
}

function isOf(slot: Slot, { name, region }: Volume): boolean {
  return name === volumeName(slot.name) && region === slot.region;
}
