import { setMaxListeners } from "node:events";
import { configuredApi, type FlyApi } from "./api";
import { Unhealthy, type Context, type Failure, type Lifecycle, type Observed } from "../lifecycle";
import { isKind } from "./errors";
import { isImport } from "./import";
import { machinesSchema } from "./machinesSchema";
import { importedInputs } from "./rollout/imported";
import { execute } from "./rollout/execute";
import { Fleet } from "./rollout/fleet";
import { goalOf, keys, type MachinesInputs, type MachinesOutputs } from "./rollout/goal";
import { isEmpty, isGone, plan, type Plan } from "./rollout/plan";
import { pool } from "./rollout/pool";
import { retire } from "./rollout/retire";
import { deleteVolumeOf } from "./rollout/volumes";
import type { Machine } from "./shapes";
import { tokenFailures } from "./tokens";

/** The machines of one cluster, changed in turn. */
export const machines: Lifecycle<MachinesInputs, MachinesOutputs> = {
  type: "beam:fly:Machines",
  schema: machinesSchema,
  replaces: ["app", "owner"],

  check(inputs, old, { configuration }) {
    return Promise.resolve([...tokenFailures(configuration), ...shrunk(inputs, old)]);
  },

  async create(inputs, context) {
    const id = `${inputs.app}/${inputs.owner}`;
    return { id, outputs: await bring(inputs, [], id, context) };
  },

  async update({ id, outputs }, inputs, context) {
    return await bring(inputs, outputs.machines, id, context);
  },

  async drift({ outputs }, context) {
    const { todo } = await look(outputs, outputs.machines, context);
    for (const { slot, machine } of todo.unreachable) {
      context.warn(`${slot.name} (machine ${machine.id}): its host does not answer; it is left as it is`);
    }
    return isEmpty(todo) ? [] : ["machines"];
  },

  async read({ id, outputs }, context) {
    const app = id.slice(0, id.indexOf("/"));
    const owner = id.slice(id.indexOf("/") + 1);
    const there = await owned(configuredApi(context.configuration), app, owner, context.signal);
    if (there.length === 0) {
      return undefined;
    }
    const imported = isImport(outputs);
    const inputs = imported ? importedInputs(app, owner, there) : outputs;
    const records = there.map((machine) => ({
      slot: machine.name,
      id: machine.id,
      instanceId: machine.instanceId,
      privateIp: machine.privateIp,
      goal: machine.metadata[keys.goal] ?? "",
    }));
    // What was changed by hand shows in the next preview: for that, remember the version we left.
    const remembered = imported
      ? records
      : outputs.machines.filter((one) => records.some(({ id }) => id === one.id));
    return { id, outputs: { ...inputs, machines: remembered }, ...(imported ? { inputs } : {}) };
  },

  async delete({ outputs }: Observed<MachinesOutputs>, { configuration, signal, progress }: Context) {
    const api = configuredApi(configuration);
    const there = await owned(api, outputs.app, outputs.owner, signal);
    progress(`stopping ${there.length} machines`);
    await pool(there, there.length, async (machine) => {
      await retire(api, outputs.app, machine, outputs.config.stop_config, signal);
      if (outputs.volume?.deleteWithNode === true) {
        await deleteVolumeOf(api, outputs.app, { name: machine.name, region: machine.region });
      }
    });
  },
};

/** Makes the set what the inputs say, from wherever it is now. */
async function bring(
  inputs: MachinesInputs,
  records: MachinesOutputs["machines"],
  id: string,
  context: Context,
): Promise<MachinesOutputs> {
  const { api, todo } = await look(inputs, records, context);
  const fleet = new Fleet(inputs.slots.length, context.progress);
  const { signal, warn } = context;
  try {
    await execute({ api, inputs, goal: goalOf(inputs), fleet, signal, warn }, todo);
  } catch (error) {
    const outputs = { ...inputs, machines: fleet.records(inputs.slots) };
    const why = error instanceof Error ? error.message : String(error);
    const message = signal.aborted ? `interrupted at ${fleet.summary()}` : why;
    throw new Unhealthy(
      `${message}\n  run the command again: it goes on where this one stopped`,
      id,
      outputs,
    );
  }
  return { ...inputs, machines: fleet.records(inputs.slots) };
}

async function look(
  inputs: MachinesInputs,
  records: MachinesOutputs["machines"],
  { configuration, signal }: Context,
): Promise<{ api: FlyApi; todo: Plan }> {
  const api = configuredApi(configuration);
  const observed = await owned(api, inputs.app, inputs.owner, signal);
  const { slots, config } = inputs;
  return { api, todo: plan(observed, { slots, config, goal: goalOf(inputs), records }) };
}

/** Ours alone: runners of FLAME, consoles and whatever else lives in the app carry no metadata of ours. */
async function owned(
  api: FlyApi,
  app: string,
  owner: string,
  signal: AbortSignal,
): Promise<readonly Machine[]> {
  // Every machine's wait listens to it, and there may be hundreds.
  setMaxListeners(0, signal);
  try {
    const found = await api.machines.list(app, { [keys.owner]: owner }, signal);
    // The filter is the server's; what it lets through by mistake is not ours to touch. Where a host does not
    // answer its machines may come without their metadata.
    return found.filter((one) => (one.metadata[keys.owner] === owner || !one.hostAnswers) && !isGone(one));
  } catch (error) {
    if (isKind(error, "gone")) {
      return [];
    }
    throw error;
  }
}

/** A volume can grow, and never shrink. */
function shrunk(inputs: Partial<MachinesInputs>, old: unknown): readonly Failure[] {
  const before = (old as Partial<MachinesInputs> | undefined)?.volume?.sizeGib;
  const now = inputs.volume?.sizeGib;
  return before === undefined || now === undefined || now >= before
    ? []
    : [
        {
          property: "volume",
          reason: `volume.sizeGib is ${now}; allowed is ${before} or more: a volume grows and never shrinks`,
        },
      ];
}
