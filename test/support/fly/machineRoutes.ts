import { answerOf } from "./beam";
import { faultFor, type Fault } from "./faults";
import { guarded, shown, type Life } from "./life";
import type { Route } from "./server";
import { bag, Refused, type FakeApp, type FakeMachine, type World } from "./world";

export function machineRoutes(world: World, life: Life, faults: Fault[]): readonly Route[] {
  const found = (app: string, id: string): [FakeApp, FakeMachine] => {
    const one = world.app(app);
    const machine = one.machines.get(id);
    if (machine === undefined || !one.machines.has(life.settle(machine).id)) {
      throw new Refused(404, `not_found: machine ${id} not found`);
    }
    return [one, machine];
  };
  const config = (body: Record<string, unknown>) => structuredClone(bag(body.config));
  const settled = (app: FakeApp) => [...app.machines.values()].map((one) => life.settle(one));
  const metadata = (machine: FakeMachine) => bag(machine.config.metadata);

  return [
    {
      method: "GET",
      path: "/apps/:app/machines",
      action: "list machines",
      answer: ({ app }, { query }) => {
        const one = world.app(app);
        settled(one);
        const filters = [...query].filter(([key]) => key.startsWith("metadata."));
        return [...one.machines.values()]
          .filter((machine) =>
            filters.every(([key, value]) => metadata(machine)[key.slice("metadata.".length)] === value),
          )
          .map((machine) => shown(life, machine));
      },
    },
    {
      method: "POST",
      path: "/apps/:app/machines",
      action: "create machine",
      answer: ({ app }, { body }) => {
        const one = world.app(app);
        const region = textOf(body.region) ?? "iad";
        const name = textOf(body.name) ?? world.id();
        const twin = settled(one).find((other) => other.name === name && other.state !== "destroyed");
        if (twin !== undefined) {
          throw new Refused(
            409,
            `already_exists: unique machine name violation, machine ID ${twin.id} already exists with name "${name}"`,
          );
        }
        if (!world.regions.includes(region)) {
          throw new Refused(400, `invalid_argument: region ${region} is not valid`);
        }
        if (faultFor(faults, "regionFull", region) !== undefined) {
          throw new Refused(422, "could not find a candidate host", "insufficient_capacity");
        }
        const machine: FakeMachine = {
          id: world.id(),
          app,
          name,
          region,
          privateIp: world.privateIp(one),
          config: config(body),
          instanceId: world.id("01"),
          state: "created",
          timeline: [],
          startedAt: undefined,
          secrets: {},
          minSecretsVersion: Number(body.min_secrets_version ?? 0),
          lease: undefined,
          events: [],
          hostStatus: "ok",
          cordoned: false,
          restarts: 0,
        };
        attach(one, machine);
        one.machines.set(machine.id, machine);
        if (typeof body.lease_ttl === "number") {
          lease(machine, body.lease_ttl);
        }
        if (body.skip_launch !== true) {
          life.boot(one, machine);
        }
        return {
          ...shown(life, machine),
          ...(machine.lease === undefined ? {} : { nonce: machine.lease.nonce }),
        };
      },
    },
    {
      method: "GET",
      path: "/apps/:app/machines/:id",
      action: "get machine",
      answer: ({ app, id }) => shown(life, found(app, id)[1]),
    },
    {
      method: "POST",
      path: "/apps/:app/machines/:id",
      action: "update machine",
      answer: ({ app, id }, { body, nonce }) => {
        const [one, machine] = found(app, id);
        guarded(machine, nonce);
        if (["replacing", "destroying", "destroyed"].includes(machine.state)) {
          throw new Refused(412, `failed_precondition: machine getting ${machine.state}, refusing to update`);
        }
        if (faultFor(faults, "hostFull", machine.name) !== undefined) {
          throw new Refused(
            409,
            "aborted: could not reserve resource for machine: insufficient memory available to fulfill request on the current host",
          );
        }
        machine.minSecretsVersion = Number(body.min_secrets_version ?? machine.minSecretsVersion);
        life.replace(one, machine, config(body));
        attach(one, machine);
        return shown(life, machine);
      },
    },
    {
      method: "DELETE",
      path: "/apps/:app/machines/:id",
      action: "delete machine",
      answer: ({ app, id }, { nonce, query }) => {
        const [one, machine] = found(app, id);
        guarded(machine, nonce);
        if (machine.state === "started" && query.get("force") !== "true") {
          throw new Refused(412, "failed_precondition: machine still active, refusing to destroy");
        }
        life.destroy(one, machine);
        return { ok: true };
      },
    },
    {
      method: "POST",
      path: "/apps/:app/machines/:id/start",
      action: "start machine",
      answer: ({ app, id }, { nonce }) => {
        const [one, machine] = found(app, id);
        guarded(machine, nonce);
        if (!["stopped", "suspended", "created", "failed"].includes(machine.state)) {
          throw new Refused(
            412,
            machine.state === "replacing"
              ? "failed_precondition: machine getting replaced, refusing to start"
              : `failed_precondition: unable to start machine from current state: '${machine.state}'`,
          );
        }
        const previous = machine.state;
        life.boot(one, machine);
        return { message: "", status: "starting", previous_state: previous };
      },
    },
    {
      method: "POST",
      path: "/apps/:app/machines/:id/stop",
      action: "stop machine",
      answer: ({ app, id }, { nonce }) => {
        const [, machine] = found(app, id);
        guarded(machine, nonce);
        life.stop(machine);
        return { ok: true };
      },
    },
    ...["cordon", "uncordon"].map((verb) => ({
      method: "POST",
      path: `/apps/:app/machines/:id/${verb}`,
      action: `${verb} machine`,
      answer: ({ app, id }: { app: string; id: string }, { nonce }: { nonce: string | undefined }) => {
        const [, machine] = found(app, id);
        guarded(machine, nonce);
        machine.cordoned = verb === "cordon";
        return { ok: true };
      },
    })),
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
        return { status: "success", data: lease(machine, Number(query.get("ttl") ?? 30)) };
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
        settled(one);
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
        machine.config.metadata = { ...metadata(machine), [key]: body.value };
        return undefined;
      },
    },
  ];

  function lease(machine: FakeMachine, seconds: number): object {
    const expiresAt = world.now() + seconds * 1000;
    machine.lease = { nonce: machine.lease?.nonce ?? world.id(), owner: "us@tokens.fly.io", expiresAt };
    return {
      nonce: machine.lease.nonce,
      expires_at: Math.floor(expiresAt / 1000),
      owner: machine.lease.owner,
      version: machine.instanceId,
    };
  }
}

function attach(app: FakeApp, machine: FakeMachine): void {
  for (const mount of Array.isArray(machine.config.mounts) ? machine.config.mounts : []) {
    const volume = app.volumes.get(String(bag(mount).volume));
    if (volume === undefined || ![undefined, machine.id].includes(volume.attached_machine_id)) {
      throw new Refused(400, `invalid_argument: volume ${String(bag(mount).volume)} is not free`);
    }
    volume.attached_machine_id = machine.id;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
