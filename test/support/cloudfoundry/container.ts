import type { PortRange } from "../../../components/beam/portPolicy";
import { platformPort } from "../../../components/cloudfoundry/settings";
import { all, type Declared } from "../../../testing";

/** One instance as the platform makes it: what is run, and in which environment. */
export interface Container {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What a program declared for an app, as the platform would run its instance with that number and address. */
export function containerOf(
  resources: readonly Declared[],
  name: string,
  { index, address }: { readonly index: number; readonly address: string },
): Container {
  const app = all(resources, "beam:cloudfoundry:App").find((one) => one.name === name);
  if (app === undefined) {
    throw new Error(`the program declares no app ${name}`);
  }
  const { command, env, secrets, services } = app.inputs as unknown as AppInputs;
  return {
    command,
    env: {
      ...env,
      ...secrets,
      PORT: String(platformPort),
      CF_INSTANCE_INDEX: String(index),
      CF_INSTANCE_INTERNAL_IP: address,
      VCAP_SERVICES: JSON.stringify(bound(resources, services)),
    },
  };
}

/** The TCP ports of one app's instances that another app's instances reach: what the declared policies allow. */
export function reachable(
  resources: readonly Declared[],
  source: string,
  destination: string,
): readonly PortRange[] {
  return all(resources, "beam:cloudfoundry:NetworkPolicy")
    .filter(({ inputs }) => inputs.source === source && inputs.destination === destination)
    .map(({ inputs }) => ({ first: Number(inputs.firstPort), last: Number(inputs.lastPort) }));
}

interface AppInputs {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly services: readonly { readonly guid: string }[];
}

/** https://docs.cloudfoundry.org/devguide/deploy-apps/environment-variable.html#VCAP-SERVICES */
function bound(resources: readonly Declared[], services: AppInputs["services"]): object {
  const declared = all(resources, "beam:cloudfoundry:UserProvidedService");
  const provided = declared.slice(0, services.length).map(({ inputs: { name, credentials } }) => ({
    label: "user-provided",
    name,
    tags: [],
    credentials,
  }));
  return provided.length === 0 ? {} : { "user-provided": provided };
}
