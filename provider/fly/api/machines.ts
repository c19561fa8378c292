import type { FlyHttp } from "../http";
import { rates } from "../rateLimit";
import { list, machine, number, optionalText, record, type Machine } from "../shapes";
import { at } from "./apps";

/** What a machine is made or changed with; `config` replaces the whole configuration. */
export interface Launch {
  readonly config: object;
  /** The machine starts only once secrets of at least this version are there. */
  readonly min_secrets_version?: number;
}

export interface NewMachine extends Launch {
  readonly name: string;
  readonly region: string;
  /** Seconds for which nobody else may touch it from its birth on. */
  readonly lease_ttl: number;
}

export interface Executed {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

// https://fly.io/docs/machines/api/machines-resource/#wait-for-a-machine-to-reach-a-specified-state
const longestWaitSeconds = 60;

export function machinesApi(http: FlyHttp) {
  const of = (app: string) => `${at(app)}/machines`;
  const one = (app: string, id: string) => `${of(app)}/${encodeURIComponent(id)}`;
  return {
    /** Machines of the app that carry the metadata. */
    async list(
      app: string,
      metadata: Readonly<Record<string, string>>,
      signal?: AbortSignal,
    ): Promise<readonly Machine[]> {
      const query = Object.fromEntries(
        Object.entries(metadata).map(([key, value]) => [`metadata.${key}`, value]),
      );
      return list(
        await http.send({
          method: "GET",
          path: of(app),
          action: "list machines",
          id: app,
          query,
          idempotent: true,
          signal,
        }),
      ).map(machine);
    },

    async create(app: string, body: NewMachine, signal?: AbortSignal): Promise<Machine> {
      return machine(
        await http.send({
          method: "POST",
          path: of(app),
          action: "create machine",
          id: app,
          body,
          idempotent: false,
          signal,
        }),
      );
    },

    async get(app: string, id: string, signal?: AbortSignal): Promise<Machine> {
      return machine(
        await http.send({
          method: "GET",
          path: one(app, id),
          action: "get machine",
          id,
          rate: rates.getMachine,
          idempotent: true,
          signal,
        }),
      );
    },

    async update(
      app: string,
      id: string,
      body: Launch,
      nonce: string,
      signal?: AbortSignal,
    ): Promise<Machine> {
      return machine(
        await http.send({
          method: "POST",
          path: one(app, id),
          action: "update machine",
          id,
          body,
          nonce,
          idempotent: false,
          signal,
        }),
      );
    },

    async start(app: string, id: string, nonce?: string, signal?: AbortSignal): Promise<void> {
      const path = `${one(app, id)}/start`;
      await http.send({ method: "POST", path, action: "start machine", id, nonce, idempotent: true, signal });
    },

    async stop(
      app: string,
      id: string,
      stop: { signal: string; timeout: string },
      nonce?: string,
      signal?: AbortSignal,
    ): Promise<void> {
      const path = `${one(app, id)}/stop`;
      await http.send({
        method: "POST",
        path,
        action: "stop machine",
        id,
        body: stop,
        nonce,
        idempotent: true,
        signal,
      });
    },

    /** Takes it out of Fly's proxy; DNS keeps it until it stops. */
    async cordon(app: string, id: string, nonce?: string): Promise<void> {
      const path = `${one(app, id)}/cordon`;
      await http.send({ method: "POST", path, action: "cordon machine", id, nonce, idempotent: true });
    },

    async delete(app: string, id: string, nonce?: string): Promise<void> {
      await http.send({
        method: "DELETE",
        path: one(app, id),
        query: { force: "true" },
        action: "delete machine",
        id,
        nonce,
        idempotent: true,
      });
    },

    /** Waits at the server, a minute at most, and gives the state that was reached; 408 where none was. */
    async wait(
      app: string,
      id: string,
      wanted: { states: readonly string[]; version: string; seconds: number },
      signal?: AbortSignal,
    ): Promise<string> {
      const seconds = Math.max(1, Math.min(longestWaitSeconds, Math.ceil(wanted.seconds)));
      const answer = await http.send({
        method: "GET",
        path: `${one(app, id)}/wait`,
        action: "wait for machine",
        id,
        query: { state: wanted.states.join(","), version: wanted.version, timeout: String(seconds) },
        patienceSeconds: seconds,
        idempotent: true,
        signal,
      });
      return optionalText(record(answer).state) ?? "";
    },

    /** Runs a command in the machine; refused while somebody holds a lease on it. */
    async exec(
      app: string,
      id: string,
      command: readonly string[],
      seconds: number,
      signal?: AbortSignal,
    ): Promise<Executed> {
      const answer = record(
        await http.send({
          method: "POST",
          path: `${one(app, id)}/exec`,
          action: "exec in machine",
          id,
          body: { command, timeout: seconds },
          patienceSeconds: seconds,
          idempotent: true,
          signal,
        }),
      );
      return {
        exitCode: number(answer.exit_code ?? 0, "exit status of a command"),
        stdout: optionalText(answer.stdout) ?? "",
        stderr: optionalText(answer.stderr) ?? "",
      };
    },
  };
}
