import * as fs from "node:fs";
import * as path from "node:path";
import { randomBytes } from "node:crypto";
import { shellQuote } from "../../components/beam/shell";
import { nodeScript, scriptVariable } from "../../components/local/discovery";
import type { Daemon } from "./process";

export interface NodeConfiguration {
  readonly nodeName: string;
  readonly directory: string;
  readonly command: string;
  readonly bootScript: string;
  readonly cookie: string;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Where a node keeps what; all of it readable by its owner alone. */
export function nodeFiles(directory: string, nodeName: string) {
  const home = path.join(directory, nodeName);
  const file = (name: string) => path.join(home, name);
  return {
    home,
    // The name under which Erlang looks for it in HOME, which this folder is for consoles.
    cookie: file(".erlang.cookie"),
    env: file("env"),
    nodeScript: file("node.erl"),
    control: file("control"),
    daemon: file("daemon.json"),
    log: file("node.log"),
    temporary: file("tmp"),
  };
}

/** Writes everything a node needs to start, and a console to find it. */
export function writeNodeFiles(node: NodeConfiguration): void {
  const files = nodeFiles(node.directory, node.nodeName);
  fs.mkdirSync(files.home, { recursive: true, mode: 0o700 });
  const environment = {
    ...node.env,
    ...node.secrets,
    // The release's script puts this one on the command line, where `ps` shows it: so it is a throw-away, made
    // anew at each start, and the node takes its real cookie from the file.
    RELEASE_COOKIE: randomBytes(24).toString("hex"),
    RELEASE_TMP: files.temporary,
    BEAM_BOOT: node.bootScript,
    ERL_EPMD_ADDRESS: "127.0.0.1",
  };
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}=${shellQuote(value)}\n`);
  write(files.cookie, node.cookie, 0o600);
  write(files.env, exports.join(""), 0o600);
  write(files.nodeScript, nodeScript(files.cookie, node.directory), 0o600);
  write(
    files.control,
    `#!/bin/sh
# Runs a command of the release towards ${node.nodeName}: remote, rpc EXPR, pid. Written by pulumi-beam.
. ${shellQuote(files.env)}
case \${1-} in
  start*) export ${scriptVariable}=${shellQuote(files.nodeScript)} ;;
  *) export HOME=${shellQuote(files.home)} ;;
esac
exec sh -c 'eval "$BEAM_BOOT"' beam ${shellQuote(node.command)} "$@"
`,
    0o700,
  );
}

/** The process a node was last started as, the resource it belongs to, and how it finds its peers' ports. */
export interface Owned extends Daemon {
  readonly urn: string;
  readonly peersVia: string;
}

export function writeOwner(directory: string, nodeName: string, owned: Owned): void {
  write(nodeFiles(directory, nodeName).daemon, JSON.stringify(owned), 0o600);
}

export function readOwner(directory: string, nodeName: string): Owned | undefined {
  const file = nodeFiles(directory, nodeName).daemon;
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")) as Owned) : undefined;
}

/** The nodes that keep their files in a cluster's directory. */
export function nodeNames(directory: string): readonly string[] {
  return fs.existsSync(directory) ? fs.readdirSync(directory).filter((name) => name.includes("@")) : [];
}

/** The nodes beside this one that find their peers alike and have the same cookie: once running, they must meet. */
export function siblings(
  directory: string,
  nodeName: string,
): readonly (Owned & { readonly nodeName: string })[] {
  const cookie = (name: string) => {
    const file = nodeFiles(directory, name).cookie;
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
  };
  const own = { cookie: cookie(nodeName), peersVia: readOwner(directory, nodeName)?.peersVia };
  const others = nodeNames(directory).filter((name) => name !== nodeName);
  return others.flatMap((name) => {
    const owned = readOwner(directory, name);
    return owned?.peersVia === own.peersVia && owned !== undefined && cookie(name) === own.cookie
      ? [{ ...owned, nodeName: name }]
      : [];
  });
}

/** Replaces a file in one step, so that nobody reads half of it, and with its mode from birth. */
function write(file: string, content: string, mode: number): void {
  const draft = `${file}.new`;
  fs.rmSync(draft, { force: true });
  fs.writeFileSync(draft, content, { mode });
  fs.renameSync(draft, file);
}
