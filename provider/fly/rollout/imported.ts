import type { MachineConfig } from "../../../components/fly/machineConfig";
import { list, optionalText, record, texts, type Machine } from "../shapes";
import { keys, type MachinesInputs } from "./goal";

/** What a set of machines seems to be made from; what it cannot tell has its default. */
export function importedInputs(app: string, owner: string, machines: readonly Machine[]): MachinesInputs {
  const [first] = machines;
  const config = first?.config ?? {};
  return {
    app,
    owner,
    slots: machines.map(({ name, region }) => ({ name, region })),
    config: importedConfig(config),
    cohort: first?.metadata[keys.cohort] ?? "",
    maxUnavailable: 1,
    startTimeoutSeconds: 300,
  };
}

function importedConfig(config: Readonly<Record<string, unknown>>): MachineConfig {
  const guest = record(config.guest);
  const stop = record(config.stop_config);
  return {
    image: optionalText(config.image) ?? "",
    env: texts(config.env),
    guest: {
      cpu_kind: guest.cpu_kind === "performance" ? "performance" : "shared",
      cpus: Number(guest.cpus ?? 1),
      memory_mb: Number(guest.memory_mb ?? 256),
    },
    init: { exec: list(record(config.init).exec).map(String) },
    services: list(config.services) as MachineConfig["services"],
    checks: record(config.checks) as MachineConfig["checks"],
    restart: { policy: "always" },
    stop_config: { signal: "SIGTERM", timeout: optionalText(stop.timeout) ?? "30s" },
  };
}
