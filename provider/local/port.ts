import { execFile } from "node:child_process";
import * as net from "node:net";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Whether a port can be listened on, and if not, why and because of whom. */
export type PortState =
  | { readonly free: true }
  | { readonly free: false; readonly code: string; readonly holder: Holder | undefined };

export interface Holder {
  readonly name: string;
  readonly pid: number;
}

export async function portState(address: string, port: number): Promise<PortState> {
  const code = await new Promise<string | undefined>((resolve) => {
    const server = net.createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
  return code === undefined
    ? { free: true }
    : { free: false, code, holder: code === "EADDRINUSE" ? await holderOf(port) : undefined };
}

/** Why a process could not listen there, and what to do; undefined where it could. */
export async function whyNotFree(address: string, port: number): Promise<string | undefined> {
  const state = await portState(address, port);
  return state.free ? undefined : explain(address, port, state.code, state.holder);
}

export function explain(address: string, port: number, code: string, holder: Holder | undefined): string {
  switch (code) {
    case "EADDRINUSE":
      return `port ${port} of ${address} is in use by ${shown(holder)}; allowed is a free port: stop that process, or choose another port`;
    case "EADDRNOTAVAIL":
      return `address ${address} is not one of this machine; allowed is a loopback address: on macOS add it with sudo ifconfig lo0 alias ${address} up`;
    case "EACCES":
      return `port ${port} is reserved to root; allowed is a port above 1023: choose another`;
    default:
      return `port ${port} of ${address} cannot be listened on (${code}); allowed is a free port: choose another`;
  }
}

export function shown(holder: Holder | undefined): string {
  return holder === undefined ? "another process" : `${holder.name} (pid ${holder.pid})`;
}

/** The process that listens on a port, where this machine tells us. */
async function holderOf(port: number): Promise<Holder | undefined> {
  const ss = await run("ss", ["-Hltnp", `sport = :${port}`]).catch(() => undefined);
  const seen = /users:\(\("([^"]+)",pid=(\d+)/.exec(ss?.stdout ?? "");
  if (seen !== null) {
    return { name: seen[1] ?? "", pid: Number(seen[2]) };
  }
  const lsof = await run("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"]).catch(() => undefined);
  const [, pid, name] = /^p(\d+)\n(?:.*\n)*?c(.+)$/m.exec(lsof?.stdout ?? "") ?? [];
  return pid === undefined ? undefined : { name: name ?? "", pid: Number(pid) };
}

/** Names registered with the epmd that answers there; undefined where nothing does, or something else. */
export async function epmdNames(port: number): Promise<readonly string[] | undefined> {
  // NAMES_REQ of the epmd protocol: length 1, then "n". The answer is epmd's port, then one line a node.
  return await new Promise((resolve) => {
    const socket = net.connect({ host: "127.0.0.1", port });
    const chunks: Buffer[] = [];
    socket.setTimeout(2000, () => socket.destroy(new Error("timeout")));
    socket.once("connect", () => socket.write(Buffer.from([0, 1, 110])));
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.once("error", () => resolve(undefined));
    socket.once("close", () => {
      const answer = Buffer.concat(chunks);
      if (answer.length < 4 || answer.readUInt32BE(0) !== port) {
        resolve(undefined);
        return;
      }
      const lines = answer
        .subarray(4)
        .toString("latin1")
        .matchAll(/^name (\S+) at port \d+$/gm);
      resolve([...lines].map((line) => line[1] ?? ""));
    });
  });
}
