import type { Lifecycle } from "../lifecycle";
import { configuredApi } from "./api";
import type { Address } from "./api/addresses";
import { isKind } from "./errors";
import { isImport } from "./import";

type Inputs = { app: string; kind: string; network?: string; region?: string };
type Outputs = Inputs & { address: string };

/** An address under which the app is reached: public, or within a private network. */
export const ipAddress: Lifecycle<Inputs, Outputs> = {
  type: "beam:fly:IpAddress",
  schema: {
    description: "An address of a Fly app.",
    inputProperties: {
      app: { type: "string" },
      kind: { type: "string", description: "shared_v4, v4, v6 or private_v6" },
      network: { type: "string" },
      region: { type: "string" },
    },
    requiredInputs: ["app", "kind"],
    properties: {
      app: { type: "string" },
      kind: { type: "string" },
      network: { type: "string" },
      region: { type: "string" },
      address: { type: "string" },
    },
    required: ["app", "kind", "address"],
  },
  replaces: ["app", "kind", "network", "region"],

  async create(inputs, { configuration, signal }) {
    const { addresses, clock } = configuredApi(configuration);
    const { app, kind, network, region } = inputs;
    const body = {
      type: kind,
      ...(network === undefined ? {} : { network }),
      ...(region === undefined ? {} : { region }),
    };
    const before = kind === "shared_v4" ? [] : (await addresses.list(app)).map(({ ip }) => ip);
    for (let tries = 1; ; tries++) {
      try {
        return made(inputs, await addresses.assign(app, body));
      } catch (error) {
        if (!isKind(error, "uncertain") || tries === 3) {
          throw error;
        }
        await clock.sleep(1000, signal);
        // Asking again would take a second one: look whether ours is there.
        const fresh = (await addresses.list(app)).find(({ ip }) => !before.includes(ip) && isOf(kind, ip));
        if (fresh !== undefined) {
          return made(inputs, fresh);
        }
      }
    }
  },

  /** Import with `APP/KIND/ADDRESS`. */
  async read({ id, outputs }, { configuration }) {
    const [app = "", kind = "", address = ""] = id.split("/");
    try {
      const there = await configuredApi(configuration).addresses.list(app);
      if (!there.some(({ ip }) => ip === address)) {
        return undefined;
      }
    } catch (error) {
      if (isKind(error, "gone")) {
        return undefined;
      }
      throw error;
    }
    return isImport(outputs)
      ? { id, outputs: { app, kind, address }, inputs: { app, kind } }
      : { id, outputs };
  },

  async update({ outputs }, inputs) {
    return await Promise.resolve({ ...outputs, ...inputs });
  },

  async delete({ outputs }, { configuration }) {
    await configuredApi(configuration)
      .addresses.release(outputs.app, outputs.address)
      .catch((error: unknown) => {
        if (!isKind(error, "gone")) {
          throw error;
        }
      });
  },
};

function made(inputs: Inputs, { ip }: Address) {
  return { id: `${inputs.app}/${inputs.kind}/${ip}`, outputs: { ...inputs, address: ip } };
}

function isOf(kind: string, ip: string): boolean {
  return kind === "v4" || kind === "shared_v4"
    ? !ip.includes(":")
    : ip.startsWith("fdaa:") === (kind === "private_v6") && ip.includes(":");
}
