import type { MachineConfig } from "../../../components/fly/machineConfig";
import { one, type Declared } from "../../../testing";

/** Who may reach a machine's ports over its private network (6PN), where nothing is published. */
export interface FlyDeclaration {
  /** Machines of this network alone; none for the organisation's own, which all its apps share. */
  readonly network: string | undefined;
  readonly command: (...args: string[]) => readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cookie: string;
  readonly app: string;
  readonly basename: string;
}

/** What a `FlyCluster` declared about its machines, read from nothing but the recorded resources. */
export function declaredFly(resources: readonly Declared[]): FlyDeclaration {
  const app = one(resources, "beam:fly:App").inputs;
  const { config } = one(resources, "beam:fly:Machines").inputs as unknown as { config: MachineConfig };
  const { values } = one(resources, "beam:fly:Secrets").inputs as unknown as {
    values: Record<string, string>;
  };
  const env = { ...config.env, ...values };
  return {
    network: typeof app.network === "string" ? app.network : undefined,
    command: (...args) => [...config.init.exec.slice(0, -1), ...args],
    env,
    cookie: env.RELEASE_COOKIE ?? "",
    app: String(app.name),
    basename: /^BEAM_NODE=(.*)@/m.exec(env.BEAM_BOOT ?? "")?.[1] ?? "",
  };
}
