import { finder } from "./finder";
import { giveLease } from "./lease";
import { faultFor, type Fault } from "./faults";
import { guarded, shown, type Life } from "./life";
import type { Route } from "./server";
import { bag, Refused, type FakeApp, type FakeMachine, type World } from "./world";

export function machineRoutes(world: World, life: Life, faults: Fault[]): readonly Route[] {
  const found = finder(world, life);
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
          giveLease(world, machine, body.lease_ttl);
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
  ];
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
