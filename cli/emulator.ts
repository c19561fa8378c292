import { setTimeout as sleep } from "node:timers/promises";
import { misuse } from "../components/beam/misuse";
import { startCloudFoundry } from "../test/support/cloudfoundry/server";
import { startLocalFly } from "../test/support/fly/server";
import type { Report } from "../tools/engine";

interface Emulator {
  /** What to set so that the commands use it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

/** The clouds' own interfaces as they can be had on this machine. A target adds its line here. */
const emulators: Readonly<Record<string, (port: number, speed: number) => Promise<Emulator>>> = {
  fly: async (port, speed) => {
    const { baseUrl, close } = await startLocalFly({ port, speed });
    const environment = {
      FLY_FLAPS_BASE_URL: baseUrl,
      FLY_API_TOKEN: "fm2_local",
      FLY_CLOCK_SPEED: String(speed),
    };
    return { environment, close };
  },
  cloudfoundry: async (port, speed) => {
    const { env, stop } = await startCloudFoundry({ port, speed });
    return { environment: env, close: stop };
  },
};

export interface EmulatorOptions {
  /** `0` for any free one. */
  readonly port: string;
  /** How much faster than the real one its clock runs. */
  readonly speed: string;
}

/** Runs a cloud's interface on this machine until it is interrupted. */
export async function emulator(target: string, options: EmulatorOptions, report: Report): Promise<void> {
  const start = emulators[target];
  if (start === undefined) {
    throw misuse("target", target, Object.keys(emulators).join(", "), "name one of these");
  }
  const { environment, close } = await start(Number(options.port), Number(options.speed));
  report(`${target} runs on this machine, with nothing behind it; in another terminal:`);
  for (const [name, value] of Object.entries(environment)) {
    report(`  export ${name}=${value}`);
  }
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  process.once("SIGTERM", () => stop.abort());
  await sleep(2 ** 31 - 1, undefined, { signal: stop.signal }).catch(() => undefined);
  await close();
}
