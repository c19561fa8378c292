import type { AddressPlan } from "./addressing";

/** Where the next scripts find the droplet's address: a line `BEAM_ADDRESS="…"`. */
export const addressFile = "/run/beam/address.env";
export const metadataRules = "/etc/beam/metadata.nft";

/**
 * Runs as root before each start of the release: learns the droplet's address, then closes the metadata service
 * to everybody else, because it serves the user data, and with it the cookie, to whoever asks.
 */
export function prepareScript(plan: AddressPlan): string {
  // The service may write IPv6 in full; the resolver knows the one form that DNS answers are compared in.
  const canonical =
    plan.family === "ipv6"
      ? `address=$(getent ahostsv6 "$address" | { read -r first _ && echo "$first"; })\n`
      : "";
  return `#!/bin/sh
set -eu
address=$(curl --fail --silent --show-error --noproxy '*' --max-time 5 --retry 10 --retry-connrefused \\
  http://169.254.169.254/metadata/v1/${plan.metadataPath})
[ -n "$address" ] || { echo 'pulumi-beam: the metadata service knows no address at ${plan.metadataPath}' >&2; exit 1; }
${canonical}mkdir -p /run/beam
printf 'BEAM_ADDRESS="%s"\\n' "$address" >${addressFile}
nft -f ${metadataRules}
`;
}

/**
 * Refused at once and not dropped: libcluster_droplet asks for the droplet's id at each poll, does without where
 * it gets no answer, and would hang where it has to wait for one.
 */
export const closeMetadata = `table inet beam_metadata
delete table inet beam_metadata
table inet beam_metadata {
  chain local {
    type filter hook output priority 0; policy accept;
    ip daddr 169.254.169.254 meta skuid != 0 meta l4proto tcp reject with tcp reset
    ip daddr 169.254.169.254 meta skuid != 0 reject
  }
  chain containers {
    type filter hook forward priority 0; policy accept;
    ip daddr 169.254.169.254 reject
  }
}
`;
