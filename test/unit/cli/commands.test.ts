import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { backend } from "../../../cli/backend";
import { environment, environments } from "../../../cli/environment";
import { isWhole, missing, type NodeStatus } from "../../../cli/nodeStatus";
import { shownOutput } from "../../../cli/output";

describe("beam commands", () => {
  let root: string;
  beforeEach(() => (root = fs.mkdtempSync(path.join(os.tmpdir(), "beam-cli-"))));
  afterEach(() => fs.rmSync(root, { recursive: true }));

  it("take the environments that have a file, and name them where one has none", () => {
    for (const file of ["Pulumi.yaml", "Pulumi.local.yaml", "Pulumi.prod.eu.yaml", "other.yaml"]) {
      fs.writeFileSync(path.join(root, file), "");
    }
    assert.deepEqual(environments(root), ["local", "prod.eu"]);
    assert.equal(environment(root, "local"), "local");
    assert.throws(() => environment(root, "stage"), {
      message:
        'environment is "stage"; allowed is local, prod.eu: name one of these, or write Pulumi.stage.yaml beside them',
    });
  });

  it("mask secrets unless asked for, and print one value bare", () => {
    const outputs = {
      cookie: { value: "s3cret", secret: true },
      url: { value: "http://x", secret: false },
      ports: { value: { epmd: true }, secret: false },
    };
    assert.deepEqual(JSON.parse(shownOutput(outputs, undefined, false)), {
      cookie: "[secret]",
      url: "http://x",
      ports: { epmd: true },
    });
    assert.equal(shownOutput(outputs, "cookie", false), "[secret]");
    assert.equal(shownOutput(outputs, "cookie", true), "s3cret");
    assert.equal(shownOutput(outputs, "url", false), "http://x");
    assert.deepEqual(JSON.parse(shownOutput(outputs, "ports", false)), { epmd: true });
    assert.throws(() => shownOutput(outputs, "uri", false), {
      message: /^output is "uri"; allowed is cookie, url, ports: name/,
    });
  });

  it("call a cluster whole only where every node runs and sees every other", () => {
    const node = (name: string, peers: string[], state: NodeStatus["state"] = "running"): NodeStatus => ({
      node: name,
      address: "127.0.0.1",
      state,
      peers,
    });
    assert.equal(isWhole([node("a", ["b"]), node("b", ["a", "stranger"])]), true);
    assert.equal(isWhole([node("a", [])]), true);
    assert.equal(isWhole([]), false);
    assert.equal(isWhole([node("a", ["b"]), node("b", [])]), false);
    assert.equal(isWhole([node("a", ["b"]), node("b", ["a"], "unreachable")]), false);
    const split = [node("a", ["b"]), node("b", ["a"]), node("c", [])];
    assert.deepEqual(
      split.map((one) => missing(one, split)),
      [["c"], ["c"], ["a", "b"]],
    );
  });

  describe("keep state", () => {
    const names = [
      "PULUMI_BACKEND_URL",
      "PULUMI_ACCESS_TOKEN",
      "PULUMI_HOME",
      "PULUMI_CONFIG_PASSPHRASE",
      "PULUMI_CONFIG_PASSPHRASE_FILE",
    ];
    let before: Record<string, string | undefined>;
    beforeEach(() => {
      before = Object.fromEntries(names.map((name) => [name, process.env[name]]));
      names.forEach((name) => Reflect.deleteProperty(process.env, name));
      process.env.PULUMI_HOME = path.join(root, "home");
    });
    afterEach(() => {
      names.forEach((name) => Reflect.deleteProperty(process.env, name));
      Object.assign(
        process.env,
        Object.fromEntries(Object.entries(before).filter(([, value]) => value !== undefined)),
      );
    });

    it("in a folder with a passphrase made once, said once, readable by its owner alone", () => {
      const said: string[] = [];
      const first = backend(root, (line) => said.push(line));
      const file = path.join(root, ".pulumi-beam", "passphrase");
      const passphrase = fs.readFileSync(file, "utf8");
      assert.deepEqual(first, {
        kind: "folder",
        directory: path.join(root, ".pulumi-beam"),
        env: {
          PULUMI_BACKEND_URL: `file://${path.join(root, ".pulumi-beam", "state")}`,
          PULUMI_CONFIG_PASSPHRASE_FILE: file,
        },
      });
      assert.equal(fs.statSync(file).mode & 0o777, 0o600);
      assert.ok(passphrase.length >= 40);
      backend(root, (line) => said.push(line));
      assert.equal(fs.readFileSync(file, "utf8"), passphrase);
      assert.equal(said.length, 1);
      assert.equal(said.join().includes(passphrase), false);
    });

    it("where the user is logged in, if anywhere", () => {
      process.env.PULUMI_BACKEND_URL = "file:///elsewhere";
      assert.deepEqual(
        backend(root, () => undefined),
        { kind: "login" },
      );
      Reflect.deleteProperty(process.env, "PULUMI_BACKEND_URL");
      fs.mkdirSync(path.join(root, "home"));
      fs.writeFileSync(
        path.join(root, "home", "credentials.json"),
        JSON.stringify({ current: "https://api.pulumi.com" }),
      );
      assert.deepEqual(
        backend(root, () => undefined),
        { kind: "login" },
      );
    });
  });
});
