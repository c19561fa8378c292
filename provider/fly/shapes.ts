/** What the API sends, checked as far as we rely on it. */
export interface Machine {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly region: string;
  /** Id of the version that runs; each change of the configuration makes a new one. */
  readonly instanceId: string;
  readonly privateIp: string;
  /** False where its host does not answer; the configuration is then unknown, not empty. */
  readonly hostAnswers: boolean;
  readonly config: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly checks: readonly MachineCheck[];
  readonly events: readonly MachineEvent[];
  /** Of the lease that came with its creation. */
  readonly nonce: string | undefined;
}

export interface MachineCheck {
  readonly name: string;
  readonly status: string;
  readonly output: string;
}

export interface MachineEvent {
  readonly type: string;
  readonly status: string;
  readonly exitCode: number | undefined;
  readonly outOfMemory: boolean;
  readonly requestedStop: boolean;
  readonly restarting: boolean;
  readonly restartCount: number;
}

export interface Lease {
  readonly nonce: string;
  /** The machine's version when the lease was given. */
  readonly version: string | undefined;
}

export function machine(value: unknown): Machine {
  const one = record(value);
  const config = record(one.config ?? one.incomplete_config);
  return {
    id: text(one.id, "id of a machine"),
    name: optionalText(one.name) ?? "",
    state: text(one.state, "state of a machine"),
    region: optionalText(one.region) ?? "",
    instanceId: optionalText(one.instance_id) ?? "",
    privateIp: optionalText(one.private_ip) ?? "",
    hostAnswers: (optionalText(one.host_status) ?? "ok") === "ok",
    config,
    metadata: texts(config.metadata),
    // Checks that flyctl adds for machines of its own making concern nobody else.
    checks: list(one.checks)
      .map(check)
      .filter(({ name }) => !name.startsWith("bg_deployments_compat")),
    events: list(one.events).map(event),
    nonce: optionalText(one.nonce),
  };
}

function check(value: unknown): MachineCheck {
  const { name, status, output } = record(value);
  return {
    name: optionalText(name) ?? "",
    status: optionalText(status) ?? "",
    output: optionalText(output) ?? "",
  };
}

function event(value: unknown): MachineEvent {
  const one = record(value);
  const request = record(one.request);
  const exit = record(request.exit_event);
  return {
    type: optionalText(one.type) ?? "",
    status: optionalText(one.status) ?? "",
    exitCode: typeof exit.exit_code === "number" ? exit.exit_code : undefined,
    outOfMemory: exit.oom_killed === true,
    requestedStop: exit.requested_stop === true,
    restarting: exit.restarting === true,
    restartCount: typeof request.restart_count === "number" ? request.restart_count : 0,
  };
}

/** The published specification shows a bare lease; what comes is wrapped in `data`. */
export function lease(value: unknown): Lease {
  const one = record(value);
  const data = record(one.data ?? one);
  return { nonce: text(data.nonce, "nonce of a lease"), version: optionalText(data.version) };
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The texts among the values of an object. */
export function texts(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record(value)).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

export function text(value: unknown, what: string): string {
  if (typeof value !== "string" || value === "") {
    throw new Error(`the Machines API sent no ${what}`);
  }
  return value;
}

export function optionalText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function number(value: unknown, what: string): number {
  if (typeof value === "number") {
    return value;
  }
  // Versions of secrets are sent as texts by some endpoints.
  if (typeof value === "string" && /^\d+$/.test(value)) {
    return Number(value);
  }
  throw new Error(`the Machines API sent no ${what}`);
}
