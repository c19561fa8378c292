import type { BeamCluster } from "../components";
import { Cookie } from "../components";
import { misuse } from "../components/beam/misuse";
import { cloudfoundry } from "./cloudfoundry";
import { stackConfig, type StackConfig } from "./config";
import { fly } from "./fly";
import { local } from "./local";

type Program = (config: StackConfig, cookie: Cookie) => BeamCluster;

/** Every target that an environment may choose. */
export const programs: Readonly<Record<string, Program>> = { cloudfoundry, fly, local };

/** The stack: one cookie, and the cluster on the chosen target. All targets export the same names. */
export default function stack(): Promise<Record<string, unknown>> {
  const config = stackConfig();
  const program = programs[config.target];
  if (program === undefined) {
    throw misuse(
      "target",
      config.target,
      Object.keys(programs).join(", "),
      "correct pulumi-beam:target in the environment's file",
    );
  }
  const cookie = new Cookie("cookie", { generation: config.cookieGeneration });
  const cluster = program(config, cookie);
  const { nodeBasename, dnsQuery, ports, remoteConsole, url } = cluster;
  return Promise.resolve({ cookie: cluster.cookie, nodeBasename, dnsQuery, ports, remoteConsole, url });
}
