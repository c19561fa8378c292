import type { AddressFamily } from "../../components/beam/bootScript";
import type { Host } from "../support/net/hosts";

export interface Attempt {
  /** Node to connect to. */
  readonly target: string;
  readonly cookie: string;
  readonly family: AddressFamily;
  readonly epmd: boolean;
  readonly address: (host: Host) => string;
  readonly distPort?: number;
}

/** Whether a node started by hand on a machine gets into the cluster; whatever it takes, nothing of ours is in it. */
export async function connectFrom(host: Host, attempt: Attempt): Promise<"connected" | "refused"> {
  const { target, cookie, family, epmd, address, distPort = 9000 } = attempt;
  const flags = [
    ...(family === "ipv6" ? ["-proto_dist", "inet6_tcp"] : []),
    ...(epmd ? [] : ["-start_epmd", "false", "-erl_epmd_port", String(distPort), "-dist_listen", "false"]),
  ];
  const expression = `io:format("~p~n", [net_kernel:connect_node('${target}')]), halt().`;
  const { stdout, stderr } = await host.run(
    [
      "erl",
      "-noshell",
      "-hidden",
      "-name",
      `guest@${address(host)}`,
      "-setcookie",
      cookie,
      ...flags,
      "-kernel",
      "net_setuptime",
      "3",
      "-eval",
      expression,
    ],
    { ...process.env, HOME: host.directory },
  );
  const answer = /^(true|false)$/m.exec(stdout)?.[1];
  if (answer === undefined) {
    throw new Error(`the probe itself failed on ${host.name}:\n${stdout}${stderr}`);
  }
  return answer === "true" ? "connected" : "refused";
}

/** TCP ports of an address that answer somebody on that machine, found by nmap: all there are, or those named. */
export async function openTcpPorts(host: Host, address: string, ports?: string): Promise<readonly number[]> {
  const family = address.includes(":") ? ["-6"] : [];
  const which = ports === undefined ? ["-p-", "--min-rate", "20000", "--max-retries", "1"] : ["-p", ports];
  const scan = ["nmap", ...family, "-sS", "-Pn", "-n", ...which, "-oG", "-", address];
  const { code, stdout, stderr } = await host.run(scan, process.env, 100_000);
  if (code !== 0) {
    throw new Error(`nmap failed on ${host.name}: ${stderr}`);
  }
  return [...stdout.matchAll(/(\d+)\/open\/tcp/g)].map(([, port]) => Number(port)).sort((a, b) => a - b);
}
