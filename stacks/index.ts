import { Cookie } from "../components";
import { misuse } from "../components/beam/misuse";
import { stackConfig } from "./config";
import { programs } from "./programs";

/**
 * The stack: one cookie, and the cluster on the chosen target. All targets export the same names.
 *
 * It is the module itself, because the Node.js language host runs a CommonJS program's export only where that is a
 * function.
 */
function stack(): Promise<Record<string, unknown>> {
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

export = stack;
