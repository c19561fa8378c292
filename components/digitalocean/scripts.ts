import { shellQuote } from "../beam/shell";
import { addressFile } from "./metadata";
import { releaseDirectory, type Workload } from "./workload";

/** A workload whose values are known. */
export type KnownWorkload =
  | { readonly kind: "image"; readonly image: string; readonly command: string; readonly user: string }
  | { readonly kind: "tarball"; readonly sha256: string; readonly command: string };

/** The scripts of a droplet, which differ with what it runs. */
export interface Scripts {
  /** Brings in what is run; as root, before each start, and does nothing the second time. */
  readonly fetch: string;
  /** Becomes the node. */
  readonly run: string;
  /** Runs a command of the release towards the node; as root. */
  readonly console: string;
}

export const homeDirectory = "/var/lib/beam";
export const serviceUser = "beam";
export const environmentFile = "/etc/beam/release.env";
export const downloadFile = "/etc/beam/download";
export const dockerConfig = "/etc/beam/docker";

/** @param variables names of the release's environment, which the service manager has set */
export function scripts(workload: KnownWorkload, variables: readonly string[]): Scripts {
  return workload.kind === "image" ? containerScripts(workload, variables) : tarballScripts(workload);
}

function containerScripts(
  { image, command, user }: Extract<KnownWorkload, { kind: "image" }>,
  variables: readonly string[],
): Scripts {
  const docker = `docker --config ${dockerConfig}`;
  // A name without a value is taken from the environment of the command: no secret stands on a command line.
  const passed = ["BEAM_ADDRESS", ...variables].map((name) => `  --env ${name} \\\n`).join("");
  return {
    fetch: `#!/bin/sh
set -eu
docker image inspect ${shellQuote(image)} >/dev/null 2>&1 || ${docker} pull --quiet ${shellQuote(image)}
docker rm --force beam >/dev/null 2>&1 || true
`,
    run: `#!/bin/sh
set -eu
# shellcheck source=/dev/null
. ${addressFile}
export BEAM_ADDRESS
# shellcheck disable=SC2016 # the container's shell expands it
exec ${docker} run --rm --name beam --network host --log-driver none --stop-timeout 30 \\
  --user ${user} --cap-drop ALL --security-opt no-new-privileges \\
${passed}  --entrypoint sh ${shellQuote(image)} -c 'eval "$BEAM_BOOT"' beam ${shellQuote(command)} start
`,
    console: `#!/bin/sh
set -eu
terminal=--interactive
[ ! -t 0 ] || terminal=-it
# shellcheck disable=SC2016 # the container's shell expands it
exec docker exec "$terminal" beam sh -c 'eval "$BEAM_BOOT"' beam ${shellQuote(command)} "$@"
`,
  };
}

function tarballScripts({ sha256, command }: Extract<KnownWorkload, { kind: "tarball" }>): Scripts {
  const script = command.slice(releaseDirectory.length + 1);
  return {
    fetch: `#!/bin/sh
set -eu
sum=${sha256}
[ "$(cat ${releaseDirectory}/.sha256 2>/dev/null)" != "$sum" ] || exit 0
umask 022
folder=$(mktemp -d /var/tmp/beam.XXXXXX)
trap 'rm -rf "$folder"' EXIT
curl --config ${downloadFile} --output "$folder/release.tar.gz"
echo "$sum  $folder/release.tar.gz" | sha256sum --check --quiet
mkdir "$folder/release"
tar --extract --gzip --no-same-owner --file "$folder/release.tar.gz" --directory "$folder/release"
[ -x "$folder/release/${script}" ] || { echo 'pulumi-beam: the tarball holds no ${script}' >&2; exit 1; }
echo "$sum" >"$folder/release/.sha256"
rm -rf ${releaseDirectory}
mv "$folder/release" ${releaseDirectory}
`,
    run: `#!/bin/sh
set -eu
# shellcheck source=/dev/null
. ${addressFile}
export BEAM_ADDRESS
exec sh -c "$BEAM_BOOT" beam ${shellQuote(command)} start
`,
    console: `#!/bin/sh
set -eu
set -a
# shellcheck source=/dev/null
. ${environmentFile}
# shellcheck source=/dev/null
. ${addressFile}
HOME=${homeDirectory}
set +a
cd ${homeDirectory}
exec setpriv --reuid ${serviceUser} --regid ${serviceUser} --clear-groups sh -c "$BEAM_BOOT" beam ${shellQuote(command)} "$@"
`,
  };
}

/** What of a workload is the same whatever its inputs turn out to be. */
export function packages(workload: Pick<Workload, "kind">): readonly string[] {
  const always = ["ca-certificates", "curl", "nftables"];
  return workload.kind === "image" ? [...always, "docker.io"] : always;
}
