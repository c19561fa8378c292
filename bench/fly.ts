import type { Context } from "../provider/lifecycle";
import type { MachineConfig } from "../components/fly/machineConfig";
import { bootScript } from "../components/beam/bootScript";
import { portPolicy } from "../components/beam/portPolicy";
import { peersCommand, releaseCommand } from "../components/fly/peersCommand";
import { slots } from "../components/fly/slots";
import { app } from "../provider/fly/app";
import { machines } from "../provider/fly/machines";
import { secrets } from "../provider/fly/secrets";
import { startLocalFly, type LocalFly } from "../test/support/fly/server";
import type { Report } from "../tools/engine";

const speed = 20;
/** Nodes, and how many of them may be down at once. */
const sizes: readonly (readonly [nodes: number, maxUnavailable: number])[] = [
  [10, 1],
  [50, 5],
  [100, 10],
];
// The limits of the API allow three machines at once and one a second from then on.
const burst = 3;
const target = { up: 1.15, roll: 1.2, requests: 3 };

/**
 * How long clusters take against the local API with its own limits on, beside the least those limits allow; times
 * are of its clock. A single machine, made or updated alone, is the measure. False where a target is missed.
 */
export async function benchFly(report: Report): Promise<boolean> {
  const fly = await startLocalFly({ speed });
  Object.assign(process.env, { FLY_FLAPS_BASE_URL: fly.baseUrl, FLY_CLOCK_SPEED: String(speed) });
  try {
    report(`a local Machines API, ${speed} times as fast; seconds are its own`);
    const single = await measure(fly, 1, 1);
    report(`1 machine: up ${single.up.toFixed(1)} s, updated in ${single.roll.toFixed(1)} s`);
    let met = true;
    for (const [nodes, maxUnavailable] of sizes) {
      const took = await measure(fly, nodes, maxUnavailable);
      const up = took.up / (single.up + Math.max(0, nodes - burst));
      const roll = took.roll / (single.roll * Math.ceil(nodes / maxUnavailable));
      met &&= up <= target.up && roll <= target.roll && took.requests <= target.requests;
      report(
        `${nodes} machines: up ${took.up.toFixed(1)} s (${up.toFixed(2)} of the least; target ${target.up}), ` +
          `rolled ${maxUnavailable} at a time in ${took.roll.toFixed(1)} s (${roll.toFixed(2)}; target ${target.roll}), ` +
          `no change asked with ${took.requests} requests (target ${target.requests})`,
      );
    }
    report(met ? "all targets are met" : "a target is MISSED");
    return met;
  } finally {
    await fly.close();
  }
}

async function measure(fly: LocalFly, nodes: number, maxUnavailable: number) {
  const name = `bench-${nodes}`;
  const timed = async <Result>(work: () => Promise<Result>): Promise<[Result, number]> => {
    const begin = fly.clock.now();
    return [await work(), (fly.clock.now() - begin) / 1000];
  };
  const made = await app.create({ name, organization: "personal" }, context);
  const set = await secrets.create(
    { app: name, values: { RELEASE_COOKIE: "a-cookie-of-the-bench" } },
    context,
  );
  const inputs = {
    app: name,
    owner: "bench",
    slots: slots("web", nodes, ["ams", "iad"]),
    config: config("one"),
    cohort: "bench",
    secretsVersion: set.outputs.version,
    maxUnavailable,
    peersCommand: peersCommand("/app", "my_app"),
    startTimeoutSeconds: 300,
  };
  const [cluster, up] = await timed(() => machines.create(inputs, context));
  fly.calls.length = 0;
  await Promise.all([
    app.drift?.(made, context),
    secrets.drift?.(set, context),
    machines.drift?.(cluster, context),
  ]);
  const requests = fly.calls.length;
  const [, roll] = await timed(() => machines.update(cluster, { ...inputs, config: config("two") }, context));
  return { up, roll, requests };
}

function config(version: string): MachineConfig {
  const boot = bootScript({
    basename: "my_app",
    ports: portPolicy(),
    family: "ipv6",
    address: { sh: "echo ::1", looksAt: "the bench" },
  });
  const check = {
    type: "http",
    port: 4000,
    path: "/",
    interval: "10s",
    timeout: "5s",
    grace_period: "10s",
  } as const;
  return {
    image: "registry.example.com/my-app:bench",
    env: { BEAM_BOOT: boot, VERSION: version },
    guest: { cpu_kind: "shared", cpus: 1, memory_mb: 1024 },
    init: { exec: releaseCommand("/app", "my_app", "start") },
    services: [],
    checks: { http: check },
    restart: { policy: "always" },
    stop_config: { signal: "SIGTERM", timeout: "30s" },
  };
}

const context: Context = {
  urn: "urn:pulumi:bench::bench::beam:fly:Machines::web",
  signal: new AbortController().signal,
  configuration: { flyApiToken: "fm2_bench_token" },
  progress: () => undefined,
  warn: () => undefined,
};
