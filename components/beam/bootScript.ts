import type { PortPolicy } from "./portPolicy";
import { shellQuote } from "./shell";
import { vmFlags, type CommandKind } from "./vmFlags";

export type AddressFamily = "ipv4" | "ipv6";

/** Where a node learns its own address. Only the machine knows it, so this is a piece of shell. */
export interface AddressSource {
  /** POSIX `sh` commands that print the address, or nothing. May use nothing the smallest image lacks. */
  readonly sh: string;
  /** What the commands look at, for the message of a node that found no address. */
  readonly looksAt: string;
}

export interface BootSpec {
  /** The part of the node's name before the `@`. */
  readonly basename: string;
  readonly ports: PortPolicy;
  readonly family: AddressFamily;
  readonly address: AddressSource;
  /** Name that dns_cluster or libcluster's DNSPoll asks for; left alone where discovery is not DNS. */
  readonly dnsQuery?: string;
  /** Emulator flags of the target's own, before all others. */
  readonly extraFlags?: (kind: CommandKind) => readonly string[];
  /** Whether `remote`, `rpc` and their kind take the cookie from `$HOME/.erlang.cookie` and not from their command line. */
  readonly cookieInHome?: boolean;
}

/**
 * Starts any command of a release (`start`, `remote`, `rpc` …) as, or towards, the node of this machine:
 * `sh -c 'eval "$BEAM_BOOT"' beam /app/bin/my_app start`.
 *
 * It needs `sh` alone and changes no file, so it works with an unmodified image and a read-only root. A
 * release's own `env.sh` may set the node's name (the one `fly launch` writes does, and breaks on a digest), so
 * what is exported here is exported again right after `env.sh` has run: the start script is read, one line is
 * added behind that place, and the result is run in its stead.
 */
export function bootScript(spec: BootSpec): string {
  const flags = (kind: CommandKind) =>
    [...(spec.extraFlags?.(kind) ?? []), ...vmFlags(spec.ports, kind)].join(" ");
  return `beam_fail() { echo "pulumi-beam: $1" >&2; exit 78; }
[ -n "\${1-}" ] && [ -r "$1" ] || beam_fail "no release at '\${1-}'; give the path of its start script, such as /app/bin/my_app"
beam_address=$(
${spec.address.sh}
)
beam_address=\${beam_address%%[[:space:]]*}
[ -n "$beam_address" ] || beam_fail ${shellQuote(`found no address of this node in ${spec.address.looksAt}`)}
case $beam_address in *[!0-9A-Fa-f.:]*) beam_fail "'$beam_address' is no IP address" ;; esac
BEAM_NODE=${spec.basename}@$beam_address
case \${2-} in
  start*|daemon*) beam_kind=node BEAM_FLAGS=${shellQuote(flags("node"))} ;;
  *) beam_kind=client BEAM_FLAGS=${shellQuote(flags("client"))} ;;
esac
BEAM_ENV=${shellQuote(releaseEnvironment(spec))}
export BEAM_NODE BEAM_FLAGS BEAM_ENV
beam_script='' beam_found=''
while IFS= read -r beam_line || [ -n "$beam_line" ]; do
${spec.cookieInHome === true ? cookieFromHome : ""}  beam_script="$beam_script$beam_line
"
  case $beam_line in
    '. '*/env.sh*) beam_found=yes beam_script="$beam_script"'eval "$BEAM_ENV"
' ;;
  esac
done <"$1"
if [ -z "$beam_found" ]; then
  eval "$BEAM_ENV"
  exec "$@"
fi
beam_command=$1
shift
exec sh -c "$beam_script" "$beam_command" "$@"
`;
}

/** Takes the cookie off the command line of a client, which then reads the file that Erlang reads by default. */
const cookieFromHome = `  case $beam_kind$beam_line in
    client*'--cookie "$RELEASE_COOKIE"'*)
      beam_line="\${beam_line%%--cookie*}\${beam_line#*\\$RELEASE_COOKIE\\"}" ;;
  esac
`;

/** Runs inside the release's start script, behind `env.sh`; must leave the positional parameters alone. */
function releaseEnvironment(spec: BootSpec): string {
  const ipv6 = spec.family === "ipv6";
  const assignments = [
    "RELEASE_DISTRIBUTION=name",
    "RELEASE_NODE=$BEAM_NODE",
    ...(spec.ports.epmd ? [`ERL_EPMD_PORT=${spec.ports.epmdPort}`] : []),
    ...(spec.dnsQuery === undefined ? [] : [`DNS_CLUSTER_QUERY=${shellQuote(spec.dnsQuery)}`]),
    ...(ipv6 ? ["ECTO_IPV6=${ECTO_IPV6:-true}"] : []),
  ];
  // The VM takes the first of two equal flags and stops at a second -proto_dist, so ours come first and an
  // existing -proto_dist is taken out; one that asks for TLS keeps asking for it.
  return `${assignments.join("\n")}
beam_flags=$BEAM_FLAGS beam_proto=${ipv6 ? "inet6_tcp" : "''"} beam_word='' beam_last=''
set -f
for beam_word in \${ERL_AFLAGS-}; do
  case $beam_last$beam_word in
    -proto_disti*_tls) beam_proto=${ipv6 ? "inet6_tls" : "inet_tls"} ;;
    -proto_disti*_tcp | -proto_dist) ;;
    *) beam_flags="$beam_flags $beam_word" ;;
  esac
  case $beam_word in -proto_dist) beam_last=$beam_word ;; *) beam_last='' ;; esac
done
set +f
case " \${ERL_FLAGS-} \${ERL_ZFLAGS-} " in *' -proto_dist '*) beam_proto='' ;; esac
ERL_AFLAGS="\${beam_proto:+-proto_dist $beam_proto }$beam_flags"
export ${assignments.map((line) => line.slice(0, line.indexOf("="))).join(" ")} ERL_AFLAGS
unset BEAM_ENV BEAM_FLAGS
`;
}
