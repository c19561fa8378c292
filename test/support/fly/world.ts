import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../../../provider/fly/clock";

export type Bag = Record<string, unknown>;

/** An answer that is none of success: status, what the server says, and its `status` field where it has one. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly code?: string,
  ) {
    super(message);
  }
}

export interface FakeLease {
  nonce: string;
  owner: string;
  expiresAt: number;
}

export interface FakeMachine {
  readonly id: string;
  readonly app: string;
  readonly name: string;
  readonly region: string;
  readonly privateIp: string;
  config: Bag;
  instanceId: string;
  state: string;
  /** What happens next, in order of time. */
  timeline: { at: number; happen: () => void }[];
  /** When it was last started; undefined while it does not run. */
  startedAt: number | undefined;
  /** Secrets it booted with. */
  secrets: Record<string, string>;
  minSecretsVersion: number;
  lease: FakeLease | undefined;
  events: Bag[];
  hostStatus: "ok" | "unreachable";
  cordoned: boolean;
  restarts: number;
}

export interface FakeVolume {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  size_gb: number;
  state: string;
  attached_machine_id: string | undefined;
}

export interface SecretsVersion {
  readonly version: number;
  readonly setAt: number;
  readonly values: Record<string, string>;
}

export interface FakeApp {
  readonly name: string;
  readonly organization: string;
  readonly network: string;
  readonly seenFrom: number;
  deletedAt: number | undefined;
  readonly machines: Map<string, FakeMachine>;
  readonly volumes: Map<string, FakeVolume>;
  readonly secrets: SecretsVersion[];
  readonly addresses: { ip: string; type: string; shared: boolean; network: string | undefined }[];
  readonly certificates: Set<string>;
  readonly policies: Map<string, Bag>;
}

/** Everything behind the local API. Times are those of its own clock, in milliseconds. */
export class World {
  readonly apps = new Map<string, FakeApp>();
  /** Names of apps that belong to organisations we cannot see. */
  readonly foreignApps = new Set<string>(["www", "taken-by-others"]);
  readonly organizations = new Set<string>(["personal", "acme"]);
  readonly networks = new Set<string>(["default"]);
  readonly regions = ["ams", "fra", "gru", "iad", "lhr", "syd"];
  private counter = 0;

  constructor(readonly clock: Clock) {}

  now(): number {
    return this.clock.now();
  }

  /** An app that can be seen; one that was made a moment ago cannot yet, and one that was deleted is gone a little later. */
  app(name: string): FakeApp {
    const app = this.apps.get(name);
    if (this.foreignApps.has(name)) {
      throw new Refused(403, "unauthorized");
    }
    if (app === undefined || (app.deletedAt !== undefined && app.deletedAt <= this.now())) {
      this.apps.delete(name);
      throw new Refused(404, "Could not find App");
    }
    if (this.now() < app.seenFrom) {
      throw this.counter++ % 2 === 0
        ? new Refused(401, "Authenticate: token validation error")
        : new Refused(404, "Could not find App");
    }
    return app;
  }

  id(prefix = ""): string {
    return `${prefix}${randomBytes(7).toString("hex")}`;
  }

  privateIp(app: FakeApp): string {
    const network = createHash("sha256").update(app.network).digest("hex").slice(0, 4);
    this.counter++;
    return `fdaa:0:${Number.parseInt(network, 16).toString(16)}:a7b:1:${this.counter.toString(16)}:${randomBytes(1)[0] ?? 1}:2`;
  }

  digest(app: string, value: string): string {
    return createHash("sha256").update(`${app} ${value}`).digest("hex").slice(0, 16);
  }
}

export function isBag(value: unknown): value is Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function bag(value: unknown): Bag {
  return isBag(value) ? value : {};
}
