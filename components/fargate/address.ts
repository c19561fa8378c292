import type { AddressSource } from "../beam/bootScript";

/**
 * How a task learns its own address: from the task metadata endpoint where the image has a tool to fetch it with,
 * else from the host name, which Fargate writes into /etc/hosts; read by `hostname`, or by the shell alone.
 *
 * The answer is JSON without line breaks in strings; the first "IPv4Addresses" is that of the task's own network
 * interface, which all of its containers share.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html
 */
export const taskAddress: AddressSource = {
  looksAt: "the ECS task metadata, hostname -i and /etc/hosts",
  sh: `beam_found=''
if [ -n "\${ECS_CONTAINER_METADATA_URI_V4-}" ]; then
  beam_json=$(wget -q -T 5 -O - "$ECS_CONTAINER_METADATA_URI_V4" 2>/dev/null || curl -sf -m 5 "$ECS_CONTAINER_METADATA_URI_V4" 2>/dev/null)
  set -f; set -- $beam_json; set +f
  IFS=''; beam_json="$*"; unset IFS
  beam_rest=\${beam_json#*'"IPv4Addresses":["'}
  [ "$beam_rest" = "$beam_json" ] || beam_found=\${beam_rest%%'"'*}
fi
[ -n "$beam_found" ] || beam_found=$(hostname -i 2>/dev/null)
if [ -z "$beam_found" ] && read -r beam_host </proc/sys/kernel/hostname; then
  while read -r beam_address beam_names; do
    [ "\${beam_names#*"$beam_host"}" = "$beam_names" ] || { beam_found=$beam_address; break; }
  done </etc/hosts
fi
echo "$beam_found"`,
};
