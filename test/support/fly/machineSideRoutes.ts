import { answerOf } from "./beam";
import { finder } from "./finder";
import { guarded, type Life } from "./life";
import { giveLease } from "./lease";
import type { Route } from "./server";
import { bag, Refused, type World } from "./world";

/** What does not change a machine's configuration: waits, leases, commands, metadata. */
export function machineSideRoutes(world: World, life: Life): readonly Route[] {
  const found = finder(world, life);
  return [
    {
      method: "GET",
      path: "/apps/:app/machines/:id/wait",
      action: "wait for machine",
      answer: async ({ app, id }, { query }) => {
        const states = (query.get("state") ?? "started").split(",");
        const version = query.get("version") ?? query.get("instance_id");
        if (states.includes("stopped") && version === null) {
          throw new Refused(400, "instance_id required when waiting for stopped machine");
        }
        const seconds = Math.min(60, Math.max(1, Number(query.get("timeout") ?? 60)));
        const deadline = world.now() + seconds * 1000;
        for (;;) {
          const [, machine] = found(app, id);
          const current = version === null || version === machine.instanceId;
          if (states.includes(machine.state) && current) {
            return { ok: true, state: machine.state, version: machine.instanceId };
          }
          if (world.now() >= deadline) {
            throw new Refused(
              408,
              `deadline_exceeded: machine failed to reach desired state, ${states.join(",")}, currently ${machine.state}`,
            );
          }
          // Until what comes next; something else may come in between.
          const next = machine.timeline[0]?.at ?? deadline;
          await world.clock.sleep(Math.min(1000, Math.max(50, Math.min(next, deadline) - world.now())));
        }
      },
    },
    {
      method: "POST",
      path: "/apps/:app/machines/:id/lease",
      action: "lease machine",
      status: 201,
      answer: ({ app, id }, { query, nonce }) => {
        const [, machine] = found(app, id);
        guarded(machine, nonce);
        if (nonce !== undefined && machine.lease === undefined) {
          throw new Refused(404, "not_found: lease not found");
        }
        return { status: "success", data: giveLease(world, machine, Number(query.get("ttl") ?? 30)) };
      },
    },
    {
      method: "DELETE",
      path: "/apps/:app/machines/:id/lease",
      action: "release machine",
      answer: ({ app, id }, { nonce }) => {
        const [, machine] = found(app, id);
        if (machine.lease === undefined) {
          throw new Refused(404, "not_found: lease not found");
        }
        guarded(machine, nonce);
        machine.lease = undefined;
        return { status: "success", data: { ok: true } };
      },
    },
    {
      method: "POST",
      path: "/apps/:app/machines/:id/exec",
      action: "exec in machine",
      answer: ({ app, id }, { body, nonce }) => {
        const [one, machine] = found(app, id);
        guarded(machine, nonce);
        if (machine.state !== "started") {
          throw new Refused(412, `failed_precondition: machine is ${machine.state}`);
        }
        [...one.machines.values()].forEach((other) => life.settle(other));
        return answerOf(world, one, machine, (body.command as string[] | undefined) ?? []);
      },
    },
    {
      method: "POST",
      path: "/apps/:app/machines/:id/metadata/:key",
      action: "set metadata",
      status: 204,
      answer: ({ app, id, key }, { body }) => {
        const [, machine] = found(app, id);
        // Guarded by no lease, makes no version, restarts nothing.
        machine.config.metadata = { ...bag(machine.config.metadata), [key]: body.value };
        return undefined;
      },
    },
  ];
}
