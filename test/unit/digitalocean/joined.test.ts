import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as http from "node:http";
import * as os from "node:os";
import * as path from "node:path";
import type { AddressInfo } from "node:net";
import { joined } from "../../../provider/digitalocean/joined";
import type { Context } from "../../../provider/lifecycle";

type Inputs = Parameters<typeof joined.create>[0];

describe("digitalocean gate", () => {
  let folder: string;
  const before = process.env.PATH;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "beam-ssh-"));
    process.env.PATH = `${folder}:${before ?? ""}`;
  });
  afterEach(() => {
    process.env.PATH = before;
    fs.rmSync(folder, { recursive: true });
  });

  /** Plays ssh: a shell script, given the words behind the options as `$host` and `$command`. */
  const playSsh = (body: string) => {
    const script = `#!/bin/sh\necho "$*" >>${folder}/calls\nwhile [ "$#" -gt 2 ]; do shift; done\nhost=$1 command=$2\n${body}\n`;
    fs.writeFileSync(path.join(folder, "ssh"), script, { mode: 0o755 });
  };
  const seeing = (...peers: string[]) =>
    `case $command in beam*) echo "beam-peers: ${peers.join(" ")}" ;; esac`;
  const calls = () => fs.readFileSync(path.join(folder, "calls"), "utf8");

  const inputs = (args: Partial<Inputs> = {}): Inputs => ({
    dropletId: "1",
    size: "s-1vcpu-1gb",
    gate: "ssh",
    address: "192.0.2.1",
    nodeName: "demo@10.0.0.3",
    peers: ["demo@10.0.0.1", "demo@10.0.0.2"],
    clique: "a",
    timeoutSeconds: 1,
    ...args,
  });
  const context = (signal = new AbortController().signal): Context => ({
    urn: "urn:pulumi:s::p::beam:digitalocean:Joined::demo-3",
    signal,
    configuration: {},
    progress: () => undefined,
    warn: () => undefined,
  });
  const create = (args?: Partial<Inputs>) => joined.create(inputs(args), context());
  const update = (old: Partial<Inputs>, args: Partial<Inputs>) =>
    joined.update({ id: "demo-3", outputs: inputs(old) }, inputs(args), context());

  it("passes a node that sees all nodes before it, whoever else it sees", async () => {
    playSsh(seeing("demo@10.0.0.9", "demo@10.0.0.2", "demo@10.0.0.1"));
    assert.deepEqual(await create(), { id: "demo-3", outputs: inputs() });
    assert.match(calls(), /-o BatchMode=yes .* root@192\.0\.2\.1 beam rpc /);
  });

  it("stops at a node that does not see one of them, and names it", async () => {
    playSsh(seeing("demo@10.0.0.2"));
    await assert.rejects(create(), {
      message:
        /^demo@10\.0\.0\.3 has not joined after 1 s: it sees 1 of 2 nodes before it, not demo@10\.0\.0\.1\. Nothing after/,
    });
  });

  it("stops at a droplet that refuses SSH, and at a node that does not answer", async () => {
    playSsh('echo "Permission denied (publickey)." >&2; exit 255');
    await assert.rejects(create(), { message: /: Permission denied \(publickey\)\./ });
    playSsh("echo something else");
    await assert.rejects(create(), { message: /: its node does not answer yet\./ });
  });

  it("waits for a node that comes later", async () => {
    playSsh(
      `[ -e ${folder}/up ] || { touch ${folder}/up; exit 1; }\n${seeing("demo@10.0.0.1", "demo@10.0.0.2")}`,
    );
    await create({ timeoutSeconds: 10 });
  });

  it("asks for the health check on the droplet itself", async () => {
    const check = { httpPort: 4000, healthCheckPath: "/health?a=1&b", peers: [] };
    playSsh(`${seeing()}\ncase $command in curl*) echo "curl: (22) error 503" >&2; exit 22 ;; esac`);
    await assert.rejects(create(check), { message: /: its health check fails: curl: \(22\) error 503\./ });
    assert.match(calls(), /curl .* 'http:\/\/127\.0\.0\.1:4000\/health\?a=1&b'/);
    playSsh(seeing());
    await create(check);
  });

  it("wants a replacement to see somebody where it can be one cluster with what it replaces", async () => {
    playSsh(seeing());
    const alone = { peers: [] };
    await assert.rejects(update({ ...alone, dropletId: "0" }, alone), {
      message: /it sees no node, not even the one it replaces/,
    });
    await update({ ...alone, dropletId: "0", clique: "another" }, alone);
    await update(alone, { ...alone, gate: "ssh" });
    playSsh(seeing("demo@10.0.0.7"));
    await update({ ...alone, dropletId: "0" }, alone);
  });

  it("asks over HTTP at the droplet's address", async () => {
    let status = 503;
    const server = http.createServer((_, response) => response.writeHead(status).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const check = { gate: "http", address: "127.0.0.1", httpPort: port, healthCheckPath: "/health" };
    await assert.rejects(create(check), {
      message: new RegExp(`it answers 503 at http://127\\.0\\.0\\.1:${port}/health`),
    });
    status = 200;
    await create(check);
    server.close();
    await assert.rejects(create(check), { message: /it answers nothing at/ });
  });

  it("asks nothing where it is turned off", async () => {
    await create({ gate: "none" });
    assert.equal(fs.existsSync(path.join(folder, "calls")), false);
  });

  it("ends at once when the user interrupts", async () => {
    playSsh("exit 255");
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("cancelled")), 100);
    await assert.rejects(joined.create(inputs({ timeoutSeconds: 60 }), context(stop.signal)));
  });

  it("holds nothing: it is read as remembered, and deleting it asks nobody", async () => {
    const observed = { id: "demo-3", outputs: inputs() };
    assert.deepEqual(await joined.read(observed, context()), observed);
    await joined.delete(observed, context());
  });
});
