import assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import { version } from "@pulumi/random/package.json";
import { RandomProvider } from "../../../tools/engine/standIn/provider";
import { secret, type Properties } from "../../../tools/engine/standIn/values";

const unknown = runtime.unknownValue;

describe("engine random stand-in: check", () => {
  it("passes what the plugin passes, and adds nothing to it", async () => {
    const passing: [type: string, inputs: Properties][] = [
      ["RandomPassword", { length: 1 }],
      ["RandomPassword", { length: secret(54), special: false, keepers: { generation: "1" } }],
      ["RandomString", { length: 4, minLower: 1, minUpper: 1, minNumeric: 1, minSpecial: 1 }],
      ["RandomString", { length: 4, lower: false, upper: false, special: false }],
      ["RandomString", { length: 4, number: false, numeric: false }],
      ["RandomPassword", { length: unknown, minLower: 9, numeric: unknown, number: true, keepers: unknown }],
      ["RandomId", { byteLength: 1, prefix: "web-" }],
      ["RandomBytes", { length: 64 }],
    ];
    for (const [type, inputs] of passing) {
      const { inputs: checked, failures } = (await check(type, inputs)) as {
        inputs: unknown;
        failures: unknown;
      };
      assert.deepEqual({ checked, failures }, { checked: inputs, failures: [] });
    }
  });

  it("says what came, what is allowed and what to do", async () => {
    assert.deepEqual(await failures("RandomPassword", {}), [
      "length: length is missing; give a whole number of 1 or more",
    ]);
    assert.deepEqual(await failures("RandomString", { length: 0, minLower: -1, special: "no" }), [
      "length: length is 0; give a whole number of 1 or more",
      "minLower: minLower is -1; give a whole number of 0 or more",
      'special: special is "no"; give true or false',
    ]);
    assert.deepEqual(await failures("RandomString", { length: 3, minUpper: 2, minSpecial: 2 }), [
      "length: length is 3, below 4, the sum of minLower, minUpper, minNumeric and minSpecial; raise it to 4 or more",
    ]);
    assert.deepEqual(await failures("RandomPassword", { length: 8, number: true, numeric: false }), [
      "number: number is true and numeric is false, but they mean the same; drop number",
    ]);
    const none = { length: 8, lower: false, upper: false, number: false, special: false };
    assert.deepEqual(await failures("RandomPassword", none), [
      "numeric: lower, upper, numeric and special are all false; leave at least one of them true",
    ]);
    assert.deepEqual(await failures("RandomId", { byteLength: 1.5, keepers: "one" }), [
      'keepers: keepers is "one"; give a map of strings',
      "byteLength: byteLength is 1.5; give a whole number of 1 or more",
    ]);
    assert.deepEqual(await failures("RandomBytes", { length: 0 }), [
      "length: length is 0; give a whole number of 1 or more",
    ]);
  });

  it("names the types it serves when asked for another", async () => {
    assert.deepEqual(await failures("RandomPet", { length: 2 }), [
      ": random:index/randomPet:RandomPet is not among what the stand-in for the random plugin serves " +
        "(RandomPassword, RandomString, RandomId, RandomBytes); " +
        `run \`pulumi plugin install resource random ${version}\` where its download host can be reached`,
    ]);
  });
});

function check(type: string, inputs: Properties) {
  const module = type.charAt(0).toLowerCase() + type.slice(1);
  return new RandomProvider().check(
    `urn:pulumi:test::test::parent$random:index/${module}:${type}::it`,
    {},
    inputs,
  );
}

async function failures(type: string, inputs: Properties): Promise<string[]> {
  return ((await check(type, inputs)).failures ?? []).map(({ property, reason }) => `${property}: ${reason}`);
}
