import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Isolation, type ClusterArgs, type PortPolicyArgs } from "../components";
import { defaults } from "../components/beam/portPolicy";
import { misuse } from "../components/beam/misuse";

/** Where paths of the configuration begin. */
export const projectRoot = path.join(__dirname, "..");

/** What every environment says, whatever its target. */
export interface StackConfig {
  readonly target: string;
  readonly cookieGeneration: number;
  readonly cluster: Omit<ClusterArgs, "cookie" | "image"> & { readonly image: string };
}

/** Reads the configuration, whose keys, types and defaults stand in Pulumi.yaml. */
export function stackConfig(config = new pulumi.Config()): StackConfig {
  return {
    target: config.require("target"),
    cookieGeneration: config.requireNumber("cookieGeneration"),
    cluster: {
      release: config.require("release"),
      image: config.require("image"),
      nodes: config.requireNumber("nodes"),
      ports: ports(config),
      http: { port: config.requireNumber("httpPort"), healthCheckPath: config.get("healthCheckPath") },
      isolation: isolation(config.require("isolation")),
    },
  };
}

/** A port of 0 stands for the model's default: the keys of Pulumi.yaml cannot be left without a value. */
function ports(config: pulumi.Config): PortPolicyArgs {
  const given = (key: string) => config.requireNumber(key) || undefined;
  const epmd = config.requireBoolean("epmd");
  const first = given("distPortFirst") ?? defaults.distPorts.first;
  const last =
    given("distPortLast") ?? (epmd ? first + defaults.distPorts.last - defaults.distPorts.first : first);
  return { epmd, epmdPort: given("epmdPort"), distPorts: { first, last } };
}

function isolation(value: string): Isolation {
  const known = Object.values(Isolation).find((candidate) => candidate === value);
  if (known === undefined) {
    throw misuse(
      "isolation",
      value,
      Object.values(Isolation).join(" or "),
      "correct the environment's configuration",
    );
  }
  return known;
}
