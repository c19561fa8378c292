import { faultFor, type Fault } from "./faults";
import { bag, isBag, Refused, type FakeApp, type FakeMachine, type World } from "./world";

/** How long things take there, in seconds. */
export const spans = {
  boot: 3,
  replace: 15,
  stop: 2,
  destroy: 2,
  /** A machine that was destroyed still answers for this long. */
  remember: 20,
  /** Checks: none at all, then critical, then passing. */
  firstCheck: 2,
  passing: 8,
  /** A secret reaches new machines late, unless they ask for its version. */
  secrets: 5,
  /** Until a node that started has found its peers. */
  join: 2,
};

export class Life {
  constructor(
    private readonly world: World,
    private readonly faults: Fault[],
  ) {}

  /** Lets happen what is due by now. */
  settle(machine: FakeMachine): FakeMachine {
    for (
      let next = machine.timeline[0];
      next !== undefined && next.at <= this.world.now();
      next = machine.timeline[0]
    ) {
      machine.timeline.shift();
      next.happen();
    }
    if (machine.lease !== undefined && machine.lease.expiresAt <= this.world.now()) {
      machine.lease = undefined;
    }
    return machine;
  }

  boot(app: FakeApp, machine: FakeMachine, after = 0): void {
    machine.state = after === 0 ? "starting" : machine.state;
    this.later(machine, after + spans.boot, () => this.started(app, machine));
  }

  /** Puts a new version in place of the one that runs; a machine that did not run still does not. */
  replace(app: FakeApp, machine: FakeMachine, config: Record<string, unknown>): void {
    const ran = ["started", "starting"].includes(machine.state);
    const before = machine.state;
    machine.timeline = [];
    machine.config = config;
    machine.instanceId = this.world.id("01");
    machine.state = "replacing";
    machine.startedAt = undefined;
    this.event(machine, "update", "replacing");
    this.later(machine, spans.replace, () => {
      if (ran) {
        this.started(app, machine);
      } else {
        machine.state = before === "created" ? "created" : "stopped";
      }
    });
  }

  stop(machine: FakeMachine): void {
    machine.timeline = [];
    machine.state = "stopping";
    this.later(machine, spans.stop, () => {
      machine.state = "stopped";
      machine.startedAt = undefined;
      this.event(machine, "exit", "stopped", { exit_code: 0, requested_stop: true });
    });
  }

  destroy(app: FakeApp, machine: FakeMachine): void {
    machine.timeline = [];
    machine.state = "destroying";
    machine.startedAt = undefined;
    this.later(machine, spans.destroy, () => {
      machine.state = "destroyed";
      for (const volume of app.volumes.values()) {
        if (volume.attached_machine_id === machine.id) {
          volume.attached_machine_id = undefined;
        }
      }
    });
    this.later(machine, spans.destroy + spans.remember, () => app.machines.delete(machine.id));
  }

  checks(machine: FakeMachine): object[] {
    const { services, checks } = machine.config;
    const names = [
      ...(Array.isArray(services) ? services : []).flatMap((service, index) =>
        (Array.isArray(bag(service).checks) ? (bag(service).checks as unknown[]) : []).map(
          (check) => `servicecheck-0${index}-${String(bag(check).type)}-${String(bag(check).port)}`,
        ),
      ),
      ...Object.keys(bag(checks)),
    ];
    const since = machine.startedAt === undefined ? -1 : (this.world.now() - machine.startedAt) / 1000;
    const slow = faultFor(this.faults, "slowChecks", machine.name)?.seconds ?? 0;
    if (since < spans.firstCheck) {
      return [];
    }
    const passing = since >= spans.passing + slow;
    return names.map((name) => ({
      name,
      status: passing ? "passing" : "critical",
      output: passing ? "200 OK" : "connect: connection refused",
    }));
  }

  private started(app: FakeApp, machine: FakeMachine): void {
    machine.secrets = this.visibleSecrets(app, machine);
    machine.startedAt = this.world.now();
    machine.state = "started";
    this.event(machine, "start", "started");
    if (faultFor(this.faults, "dies", machine.name) !== undefined) {
      this.later(machine, 1, () => {
        machine.startedAt = undefined;
        machine.restarts++;
        this.event(
          machine,
          "exit",
          "stopped",
          { exit_code: 1, restarting: true, oom_killed: false },
          machine.restarts,
        );
        machine.state = "starting";
        this.later(machine, 1, () => this.started(app, machine));
      });
    } else {
      machine.restarts = 0;
    }
  }

  private visibleSecrets(app: FakeApp, machine: FakeMachine): Record<string, string> {
    const visible = app.secrets.filter(
      ({ version, setAt }) =>
        version <= machine.minSecretsVersion || setAt + spans.secrets * 1000 <= this.world.now(),
    );
    return { ...visible.at(-1)?.values };
  }

  private later(machine: FakeMachine, seconds: number, happen: () => void): void {
    machine.timeline.push({ at: this.world.now() + seconds * 1000, happen });
    machine.timeline.sort((a, b) => a.at - b.at);
  }

  private event(machine: FakeMachine, type: string, status: string, exit?: object, restarts = 0): void {
    machine.events.unshift({
      id: this.world.id(),
      type,
      status,
      source: "flyd",
      timestamp: this.world.now(),
      ...(exit === undefined ? {} : { request: { exit_event: exit, restart_count: restarts } }),
    });
  }
}

/** The API spells some things in its own way, and leaves out what is empty. */
export function respelled(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : value.map((one) => respelled(one));
  }
  if (isBag(value)) {
    const entries = Object.entries(value).map(([name, inner]) => [name, respelled(inner, name)] as const);
    const full = entries.filter(([, inner]) => inner !== undefined);
    return full.length === 0 ? undefined : Object.fromEntries(full);
  }
  if (key === "autostop" && value === "off") {
    return false;
  }
  const seconds = typeof value === "string" && key !== "" ? /^(\d+)s$/.exec(value)?.[1] : undefined;
  return seconds !== undefined && Number(seconds) >= 60
    ? `${Math.floor(Number(seconds) / 60)}m${Number(seconds) % 60}s`
    : value;
}

/** How the API shows a machine. */
export function shown(life: Life, machine: FakeMachine): object {
  const config = bag(respelled(machine.config));
  const answered = machine.hostStatus === "ok";
  return {
    id: machine.id,
    name: machine.name,
    state: machine.state,
    region: machine.region,
    instance_id: machine.instanceId,
    version: machine.instanceId,
    private_ip: machine.privateIp,
    host_status: machine.hostStatus,
    cordoned: machine.cordoned,
    ...(answered ? { config: { ...config, dns: {} } } : { incomplete_config: { metadata: config.metadata } }),
    checks: life.checks(machine),
    events: machine.events.slice(0, 10),
  };
}

export function guarded(machine: FakeMachine, nonce: string | undefined): void {
  if (machine.lease !== undefined && machine.lease.nonce !== nonce) {
    throw new Refused(
      409,
      `aborted: machine ID ${machine.id} lease currently held by ${machine.lease.owner}, expires at ${new Date(machine.lease.expiresAt).toISOString()}`,
    );
  }
}
