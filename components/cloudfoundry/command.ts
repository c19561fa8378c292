import { shellQuote } from "../beam/shell";

/** Key of the cookie among the credentials of its service. */
export const cookieKey = "erlang_cookie";

/** How any command of the release is run on an instance: as the node that the instance is, or towards it. */
export function releaseCommand(releasePath: string, release: string, command: string): string {
  return `exec sh -c 'eval "$BEAM_BOOT"' beam ${releasePath}/bin/${release} ${command}`;
}

/** Turns what starts an instance into what asks it, for whoever knows the start command alone. */
export function rpcCommand(start: string, expression: string): string {
  return start.replace(/ start$/, ` rpc ${shellQuote(expression)}`);
}

/** Runs a command on an instance, with a terminal where one is needed. */
export function sshCommand(app: string, index: number, command: string, terminal: boolean): string {
  return `cf ssh ${app} -i ${index}${terminal ? " -t" : ""} -c ${shellQuote(command)}`;
}

/**
 * Takes the cookie out of the credentials that the platform puts into `VCAP_SERVICES`, with the shell's own means:
 * what stands between the first two quotes behind the key. A cookie holds no quote and no backslash.
 */
export const cookieFromService = `case \${VCAP_SERVICES-} in
  *'"${cookieKey}"'*)
    RELEASE_COOKIE=\${VCAP_SERVICES#*'"${cookieKey}"'}
    RELEASE_COOKIE=\${RELEASE_COOKIE#*'"'}
    RELEASE_COOKIE=\${RELEASE_COOKIE%%'"'*}
    export RELEASE_COOKIE ;;
  *) echo "pulumi-beam: found no ${cookieKey} in VCAP_SERVICES; is the service of the cookie bound?" >&2; exit 78 ;;
esac
`;
