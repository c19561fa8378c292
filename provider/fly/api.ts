import { addressesApi } from "./api/addresses";
import { appsApi } from "./api/apps";
import { certificatesApi } from "./api/certificates";
import { leasesApi } from "./api/leases";
import { machinesApi } from "./api/machines";
import { platformApi } from "./api/platform";
import { policiesApi } from "./api/policies";
import { secretsApi } from "./api/secrets";
import { volumesApi } from "./api/volumes";
import { clock, type Clock } from "./clock";
import { FlyHttp } from "./http";
import { RateLimiter } from "./rateLimit";
import { authorization, configuredToken } from "./tokens";

/** The Machines API (https://fly.io/docs/machines/api/): its verbs, and nothing of how they are to be used. */
export interface FlyApi {
  readonly clock: Clock;
  readonly apps: ReturnType<typeof appsApi>;
  readonly machines: ReturnType<typeof machinesApi>;
  readonly leases: ReturnType<typeof leasesApi>;
  readonly secrets: ReturnType<typeof secretsApi>;
  readonly volumes: ReturnType<typeof volumesApi>;
  readonly addresses: ReturnType<typeof addressesApi>;
  readonly certificates: ReturnType<typeof certificatesApi>;
  readonly policies: ReturnType<typeof policiesApi>;
  readonly platform: ReturnType<typeof platformApi>;
}

export interface FlyApiOptions {
  readonly token: string | undefined;
  readonly baseUrl: string;
  readonly clock: Clock;
  /** Shared by all that use the same token, for the server counts them together. */
  readonly limiter: RateLimiter;
}

export function flyApi({ token, baseUrl, clock, limiter }: FlyApiOptions): FlyApi {
  const http = new FlyHttp({ authorization: authorization(token), baseUrl, clock, limiter });
  return {
    clock,
    apps: appsApi(http),
    machines: machinesApi(http),
    leases: leasesApi(http),
    secrets: secretsApi(http),
    volumes: volumesApi(http),
    addresses: addressesApi(http),
    certificates: certificatesApi(http),
    policies: policiesApi(http),
    platform: platformApi(http),
  };
}

type Shared = Pick<FlyApiOptions, "clock" | "limiter">;

/** One clock and one rate limiter for all of a process that talk to the same API. */
const shared = new Map<string, Shared>();

/** The API as the provider's configuration and the environment say. */
export function configuredApi(configuration: Readonly<Record<string, unknown>>): FlyApi {
  const given = process.env.FLY_FLAPS_BASE_URL ?? "https://api.machines.dev";
  const baseUrl = given.replace(/\/+(v1\/?)?$/, "");
  return flyApi({ token: configuredToken(configuration), baseUrl, ...sharedFor(baseUrl) });
}

function sharedFor(baseUrl: string): Shared {
  // Faster only together with the local API of the tests, whose clock is told the same.
  const speed = Number(process.env.FLY_CLOCK_SPEED ?? "1") || 1;
  const key = `${baseUrl} ${speed}`;
  const found = shared.get(key);
  if (found !== undefined) {
    return found;
  }
  const time = clock(speed);
  const made = { clock: time, limiter: new RateLimiter(time) };
  shared.set(key, made);
  return made;
}
