import { randomUUID } from "node:crypto";
import { Clock } from "./clock";

export interface Faults {
  /** Words in the name of an image, or in a variable `CRASH`, with which instances do not stay up. */
  readonly crashing: Set<string>;
  /** Requests to refuse, by pattern, as often as said; the whole answer is in the test's hand. */
  readonly refuse: Refusal[];
  /** Whether staging fails. */
  staging: boolean;
  /** Whether asynchronous jobs fail. */
  jobs: boolean;
  /** What a token may do. */
  scopes: string[];
  /** How long tokens hold, whatever was said when they were given. */
  tokenSeconds: number;
}

export interface Refusal {
  readonly pattern: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  times: number;
}

export interface Named {
  readonly guid: string;
  readonly name: string;
}
export interface Space extends Named {
  readonly org: string;
}
export interface Domain extends Named {
  readonly internal: boolean;
}
export interface App extends Named {
  readonly metadata: unknown;
  readonly space: string;
  readonly docker: boolean;
  readonly buildpacks: readonly string[];
  env: Record<string, string>;
  started: boolean;
  droplet: string | undefined;
}
/** What the instances of a process were started with. */
export interface Version {
  readonly image: string | undefined;
  readonly droplet: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: string;
  readonly services: Readonly<Record<string, unknown>>;
}
export interface Instance {
  readonly address: string;
  readonly startedAt: number;
}
export interface Process {
  readonly guid: string;
  readonly app: string;
  command: string;
  healthCheck: { type: string; data: Record<string, unknown> };
  wanted: number;
  memory: number;
  disk: number;
  version: Version | undefined;
  instances: Instance[];
}
export interface Package {
  readonly guid: string;
  readonly app: string;
  readonly image: string | undefined;
  archive: Buffer | undefined;
  readyAt: number | undefined;
}
export interface Build {
  readonly guid: string;
  readonly package: string;
  readonly doneAt: number;
  readonly failed: boolean;
  readonly droplet: string;
}
export interface Droplet {
  readonly guid: string;
  readonly app: string;
  readonly image: string | undefined;
}
export interface Deployment {
  readonly guid: string;
  readonly app: string;
  readonly droplet: string;
  readonly previous: string | undefined;
  readonly process: string;
  readonly before: number;
  readonly wanted: number;
  value: "ACTIVE" | "FINALIZED";
  reason: string;
  healthyAt: string;
  cancelledAt: number | undefined;
}
export interface Route {
  readonly metadata: unknown;
  readonly guid: string;
  readonly host: string;
  readonly domain: string;
  readonly space: string;
  destinations: { guid: string; app: string }[];
}
export interface Service extends Named {
  readonly metadata: unknown;
  readonly space: string;
  credentials: Record<string, unknown>;
}
export interface Binding {
  readonly guid: string;
  readonly app: string;
  readonly service: string;
}
export interface Job {
  readonly guid: string;
  readonly operation: string;
  readonly doneAt: number;
  readonly failed: boolean;
  effect: (() => void) | undefined;
}
export interface Policy {
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly start: number;
  readonly end: number;
}

/** A request as it came: its pattern, and the names of what it carried. */
export interface Sent {
  readonly key: string;
  readonly fields: readonly string[];
  readonly query: readonly string[];
}

/** How long things take, in seconds of the platform's time. */
export const durations = { start: 4, staging: 5, upload: 2, job: 2, cancel: 3 } as const;

/** Everything one Cloud Foundry holds. */
export class Platform {
  readonly clock = new Clock();
  readonly faults: Faults = {
    crashing: new Set(),
    refuse: [],
    staging: false,
    jobs: false,
    scopes: ["cloud_controller.read", "cloud_controller.write", "network.write"],
    tokenSeconds: 600,
  };
  readonly orgs: Named[] = [];
  readonly spaces: Space[] = [];
  readonly domains: Domain[] = [];
  readonly apps: App[] = [];
  readonly processes: Process[] = [];
  readonly packages: Package[] = [];
  readonly builds: Build[] = [];
  readonly droplets: Droplet[] = [];
  readonly deployments: Deployment[] = [];
  readonly routes: Route[] = [];
  readonly services: Service[] = [];
  readonly bindings: Binding[] = [];
  readonly jobs: Job[] = [];
  readonly policies: Policy[] = [];
  /** Policies that one source app may have, where the login is no `network.admin`. */
  policyQuota = 150;
  /** Resources on a page, whatever is asked for: small, so that every list has pages. */
  pageSize = 2;
  /** Every request so far. */
  readonly sent: Sent[] = [];
  private addresses = 0;

  /** The patterns of every request so far. */
  get requests(): readonly string[] {
    return this.sent.map(({ key }) => key);
  }

  guid(): string {
    return randomUUID();
  }

  later(seconds: number): number {
    return this.clock.now() + seconds * 1000;
  }

  newInstance(): Instance {
    this.addresses++;
    const address = `10.255.${Math.floor(this.addresses / 250)}.${(this.addresses % 250) + 1}`;
    return { address, startedAt: this.clock.now() };
  }

  instanceState({ version }: Process, { startedAt }: Instance): "STARTING" | "RUNNING" | "CRASHED" {
    if (this.clock.now() < startedAt + durations.start * 1000) {
      return "STARTING";
    }
    const { image = "", env = {} } = version ?? {};
    const told = `${image} ${env.CRASH ?? ""}`;
    return [...this.faults.crashing].some((word) => told.includes(word)) ? "CRASHED" : "RUNNING";
  }

  /** The instances of an app that serve now, with what they were started with. */
  serving(name: string): readonly (Version & { readonly address: string })[] {
    const guid = this.apps.find((app) => app.name === name)?.guid;
    return this.processes
      .filter((process) => process.app === guid)
      .flatMap((process) =>
        process.instances
          .filter((one) => this.instanceState(process, one) === "RUNNING")
          .flatMap(({ address }) => (process.version === undefined ? [] : [{ ...process.version, address }])),
      );
  }

  /** What the platform's name server answers for an internal route: every instance that runs. */
  lookup(name: string): readonly string[] {
    const route = this.routes.find((one) => `${one.host}.${this.domainName(one.domain)}` === name);
    const apps = (route?.destinations ?? []).map(
      (one) => this.apps.find(({ guid }) => guid === one.app)?.name,
    );
    return apps.flatMap((app) => (app === undefined ? [] : this.serving(app).map(({ address }) => address)));
  }

  domainName(guid: string): string {
    return this.domains.find((one) => one.guid === guid)?.name ?? "";
  }

  /** What is left once everything is deleted, by kind; kinds of which nothing is left are not named. */
  left(): Readonly<Record<string, number>> {
    const { apps, processes, routes, services, bindings, policies } = this;
    const kinds = Object.entries({ apps, processes, routes, services, bindings, policies });
    return Object.fromEntries(
      kinds.map(([kind, all]) => [kind, all.length] as const).filter(([, n]) => n > 0),
    );
  }
}

/** Takes what fits out of a list. */
export function remove<One>(list: One[], fits: (one: One) => boolean): void {
  list.splice(0, list.length, ...list.filter((one) => !fits(one)));
}
