import assert from "node:assert/strict";
import * as path from "node:path";
import { RandomBytes, RandomId, RandomPassword, RandomPet, RandomString } from "@pulumi/random";
import { withStack } from "../support/withStack";

const standIn = path.join(__dirname, "..", "..", "tools", "engine", "standIn", "bin");

describe("engine random stand-in", function () {
  this.timeout(120_000);

  // The engine prefers what is on PATH, so that these tests are of the stand-in also where the plugin is installed.
  const before = process.env.PATH ?? "";
  beforeEach(() => (process.env.PATH = [standIn, before].join(path.delimiter)));
  afterEach(() => (process.env.PATH = before));

  it("makes values once, keeps them, replaces them with their keepers, and removes them", async () => {
    await withStack(async (stack) => {
      assert.deepEqual(await stack.up(program("1")), { create: 5 });
      const first = await values(stack);
      assert.match(first.password, /^[A-Za-z0-9]{54}$/);
      assert.match(first.text, /^[a-z]{12}$/);
      assert.match(first.hex, /^web-[0-9a-f]{16}$/);
      assert.equal(Buffer.from(first.bytes, "base64").length, 32);
      assert.deepEqual(first.secrets, ["bytes", "bytesHex", "hash", "password"]);

      assert.deepEqual(await stack.up(program("1")), {});
      assert.deepEqual(await stack.refresh(), {});
      assert.deepEqual(await stack.preview(program("1")), {});
      assert.deepEqual(await values(stack), first);

      assert.deepEqual(await stack.up(program("2")), { replace: 4 });
      const second = await values(stack);
      const kept = Object.keys(first.all).filter((name) => first.all[name] === second.all[name]);
      assert.deepEqual(kept, []);

      const readable = stack.stateOnDisk() + stack.printed();
      assert.ok(readable.includes(second.hex), "the state is there to be read");
      for (const round of [first, second]) {
        for (const hidden of [round.password, round.all.hash, round.all.bytesHex]) {
          assert.equal(readable.includes(String(hidden)), false);
        }
      }

      await stack.destroy();
      assert.deepEqual(await stack.held(), []);
    });
  });

  it("takes over a password made elsewhere", async () => {
    const adopt = () => {
      const taken = new RandomPassword("it", { length: 11 }, { import: "open sesame" });
      return Promise.resolve({ password: taken.result });
    };
    const keep = () => Promise.resolve({ password: new RandomPassword("it", { length: 11 }).result });
    await withStack(async (stack) => {
      assert.deepEqual(await stack.up(adopt), { create: 1, import: 1 });
      assert.deepEqual(await stack.up(keep), {});
      assert.deepEqual((await stack.outputs()).password, { value: "open sesame", secret: true });
    });
  });

  it("refuses wrong inputs and other types before anything is made", async () => {
    await withStack(async (stack) => {
      const short = () => Promise.resolve({ it: new RandomString("it", { length: 2, minLower: 3 }).result });
      await assert.rejects(stack.preview(short), /length is 2, below 3, the sum of minLower/);
      const pet = () => Promise.resolve({ it: new RandomPet("it").id });
      await assert.rejects(stack.up(pet), /RandomPassword, RandomString, RandomId, RandomBytes/);
      assert.deepEqual(await stack.held(), []);
    });
  });
});

function program(generation: string) {
  const keepers = { generation };
  return () => {
    const password = new RandomPassword("password", { length: 54, special: false, keepers });
    const text = new RandomString("text", {
      length: 12,
      upper: false,
      numeric: false,
      special: false,
      keepers,
    });
    const id = new RandomId("id", { byteLength: 8, prefix: "web-", keepers });
    const bytes = new RandomBytes("bytes", { length: 32, keepers });
    return Promise.resolve({
      password: password.result,
      hash: password.bcryptHash,
      text: text.result,
      hex: id.hex,
      bytes: bytes.base64,
      bytesHex: bytes.hex,
    });
  };
}

type Stack = Parameters<Parameters<typeof withStack>[0]>[0];

async function values(stack: Stack) {
  const outputs = await stack.outputs();
  const all = Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => [name, String(output.value)]),
  );
  const { password = "", text = "", hex = "", bytes = "" } = all;
  const secrets = Object.keys(outputs).filter((name) => outputs[name]?.secret);
  return { all, password, text, hex, bytes, secrets: secrets.sort() };
}
