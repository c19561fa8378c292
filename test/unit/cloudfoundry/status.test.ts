import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { cloudFoundryNodes } from "../../../cli/cloudfoundry";
import { releaseCommand } from "../../../components/cloudfoundry/command";

describe("cloudfoundry status", () => {
  let folder: string;
  const { PATH } = process.env;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "beam-cf-"));
    process.env.PATH = `${folder}:${PATH ?? ""}`;
  });
  after(() => {
    process.env.PATH = PATH;
    fs.rmSync(folder, { recursive: true });
  });

  const resources = [
    {
      type: "beam:cloudfoundry:App",
      outputs: { name: "web", instances: 2, command: releaseCommand("/app", "my_app", "start") },
    },
  ];
  const cf = (script: string) => {
    fs.writeFileSync(path.join(folder, "cf"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  };

  it("asks each instance through cf ssh, as the node that it is", async () => {
    // Says what it was called with on the way, and answers as the second instance would.
    cf(`echo "$*" >>${folder}/called; echo "noise"; echo "beam-peers: my_app@10.0.0.2 my_app@10.0.0.1"`);
    const running = {
      node: "my_app@10.0.0.2",
      address: "10.0.0.2",
      state: "running",
      peers: ["my_app@10.0.0.1"],
    };
    assert.deepEqual(await cloudFoundryNodes(resources), [running, running]);
    const called = fs.readFileSync(path.join(folder, "called"), "utf8").trim().split("\n").sort();
    const expression = `'IO.puts(Enum.join(["beam-peers:", node() | Node.list()], " "))'`;
    assert.deepEqual(
      called,
      [0, 1].map(
        (i) => `ssh web -i ${i} -c exec sh -c 'eval "$BEAM_BOOT"' beam /app/bin/my_app rpc ${expression}`,
      ),
    );
  });

  it("calls an instance unreachable where cf fails, or says nothing of a node", async () => {
    const unreachable = [0, 1].map((index) => ({
      node: `web/${index}`,
      address: "",
      state: "unreachable",
      peers: [],
    }));
    cf("exit 1");
    assert.deepEqual(await cloudFoundryNodes(resources), unreachable);
    cf("echo hello");
    assert.deepEqual(await cloudFoundryNodes(resources), unreachable);
  });
});
