import { execFile } from "node:child_process";
import * as net from "node:net";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Why a node could not listen there; undefined where it could. */
export async function whyNotFree(address: string, port: number): Promise<string | undefined> {
  const code = await new Promise<string | undefined>((resolve) => {
    const server = net.createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
  switch (code) {
    case undefined:
      return undefined;
    case "EADDRINUSE":
      return `port ${port} of ${address} is in use by ${(await holder(port)) ?? "another process"}; allowed is a free port: stop that process, or choose another port`;
    case "EADDRNOTAVAIL":
      return `address ${address} is not one of this machine; allowed is a loopback address: on macOS add it with sudo ifconfig lo0 alias ${address} up`;
    case "EACCES":
      return `port ${port} is reserved to root; allowed is a port above 1023: choose another`;
    default:
      return `port ${port} of ${address} cannot be listened on (${code}); allowed is a free port: choose another`;
  }
}

/** Name and pid of the process that listens on a port, where this machine tells us. */
async function holder(port: number): Promise<string | undefined> {
  const ss = await run("ss", ["-Hltnp", `sport = :${port}`]).catch(() => undefined);
  const seen = /users:\(\("([^"]+)",pid=(\d+)/.exec(ss?.stdout ?? "");
  if (seen !== null) {
    return `${seen[1] ?? ""} (pid ${seen[2] ?? ""})`;
  }
  const lsof = await run("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"]).catch(() => undefined);
  const [, pid, name] = /^p(\d+)\n(?:.*\n)*?c(.+)$/m.exec(lsof?.stdout ?? "") ?? [];
  return pid === undefined ? undefined : `${name ?? ""} (pid ${pid})`;
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
      const lines = answer.subarray(4).toString("latin1").matchAll(/^name (\S+) at port \d+$/gm);
      resolve([...lines].map((line) => line[1] ?? ""));
    });
  });
}
