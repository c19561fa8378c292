import type { HttpArgs } from "../cluster";
import { show, type PortPolicy } from "../beam/portPolicy";

/**
 * A shell command that succeeds while the node is up: it listens for its peers, serves HTTP, and, where the image has
 * a tool to ask with, answers on the health check's path.
 *
 * It reads what the kernel says about listening sockets, as `rpc` would start a second VM every few seconds and the
 * smallest images have neither curl nor wget. https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
 */
export function healthCheckCommand(ports: PortPolicy, http: HttpArgs | undefined): string {
  const { first, last } = ports.distPorts;
  const wanted = [
    `beam_listens ${first} ${last} || { echo 'no listener on ${show(ports.distPorts)}'; exit 1; }`,
    ...(http === undefined
      ? []
      : [`beam_listens ${http.port} ${http.port} || { echo 'no listener on ${http.port}'; exit 1; }`]),
    ...(http?.healthCheckPath === undefined ? [] : [asksPath(http.port, http.healthCheckPath)]),
  ];
  return `beam_listens() {
  for beam_file in /proc/net/tcp /proc/net/tcp6; do
    [ -r "$beam_file" ] || continue
    while read -r _ beam_local _ beam_state _; do
      [ "$beam_state" = 0A ] || continue
      beam_port=$((0x\${beam_local##*:}))
      [ "$beam_port" -lt "$1" ] || [ "$beam_port" -gt "$2" ] || return 0
    done <"$beam_file"
  done
  return 1
}
${wanted.join("\n")}`;
}

function asksPath(port: number, path: string): string {
  const url = `http://127.0.0.1:${port}${path}`.replaceAll("'", "%27");
  return `if command -v curl >/dev/null; then curl -sf -m 4 -o /dev/null '${url}' || exit 1
elif command -v wget >/dev/null; then wget -q -T 4 -O /dev/null '${url}' || exit 1
fi`;
}
