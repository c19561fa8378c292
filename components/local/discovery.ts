import type { CommandKind } from "../beam/vmFlags";

/**
 * The Erlang a node of this machine evaluates once its applications have started: it takes its cookie from a
 * file, which so is on no command line, and then connects each second to every node that has a folder beside
 * its own. Connecting again costs nothing, so whoever comes late, or comes back, is found; and where a node is
 * refused because the other has no cookie yet, the other connects the two a moment later.
 */
export function nodeScript(cookieFile: string, directory: string): string {
  return `{ok, Cookie} = file:read_file(${erlangString(cookieFile)}).
erlang:set_cookie(binary_to_atom(string:trim(Cookie), latin1)).
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

/**
 * Flags of a local release: listen on the node's own address, and, for a node, evaluate the script whose path
 * stands in the environment. No blank and no quote survives the release's scripts, hence the atom.
 */
export function extraFlags(address: string): (kind: CommandKind) => readonly string[] {
  const listen = ["-kernel", "inet_dist_use_interface", `{${address.replaceAll(".", ",")}}`];
  const script = `file:eval(os:getenv(atom_to_list(${scriptVariable})))`;
  return (kind) => (kind === "node" ? ["-eval", script, ...listen] : listen);
}

/** Environment variable with the path of the script to evaluate. */
export const scriptVariable = "beam_node_script";

function erlangString(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
