/**
 * The Erlang a node of this machine evaluates once its applications have started: it takes its cookie from a
 * file, which so is on no command line, and then connects each second to every node that has a folder beside
 * its own. Connecting again costs nothing, so whoever comes late, or comes back, is found; and where a node is
 * refused because the other has no cookie yet, the other connects the two a moment later.
 */
export function nodeScript(cookieFile: string, directory: string): string {
  return `${clientScript(cookieFile)}
%% Folders are named after their nodes.
spawn(fun Join() ->
    {ok, Names} = file:list_dir(${erlangString(directory)}),
    Peers = [list_to_atom(Name) || Name <- Names, lists:member($@, Name)],
    [catch net_kernel:connect_node(Peer) || Peer <- Peers -- [node() | nodes()]],
    timer:sleep(1000),
    Join()
end).
`;
}

/** The same for a hidden node that only asks (`remote`, `rpc`): the cookie, and no joining. */
export function clientScript(cookieFile: string): string {
  return `{ok, Cookie} = file:read_file(${erlangString(cookieFile)}).
erlang:set_cookie(binary_to_atom(string:trim(Cookie), latin1)).
`;
}

/**
 * Flags for every command of a local release: evaluate the script whose path stands in the environment, and
 * listen on the node's own address. No blank and no quote survives the release's scripts, hence the atom.
 */
export function extraFlags(address: string): readonly string[] {
  const tuple = `{${address.replaceAll(".", ",")}}`;
  const script = `file:eval(os:getenv(atom_to_list(${scriptVariable})))`;
  return ["-eval", script, "-kernel", "inet_dist_use_interface", tuple];
}

/** Environment variable with the path of the script to evaluate. */
export const scriptVariable = "beam_script_file";

function erlangString(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
