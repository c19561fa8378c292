import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as yaml from "yaml";
import stack from "../../stacks";
import { stackConfig } from "../../stacks/config";
import { programs } from "../../stacks/programs";
import { deploy } from "../../testing";

const root = path.join(__dirname, "..", "..");
const read = (file: string) => yaml.parse(fs.readFileSync(path.join(root, file), "utf8")) as Settings;

interface Settings {
  readonly config: Readonly<Record<string, unknown>>;
}

const project = read("Pulumi.yaml").config as Record<
  string,
  { type: string; default: unknown; description: string }
>;

/** The configuration an environment would see: its own values over the project's defaults. */
function configure(values: Readonly<Record<string, unknown>>): void {
  const all = {
    ...Object.fromEntries(Object.entries(project).map(([key, { default: value }]) => [key, value])),
    ...values,
  };
  // Under mocks the project is called "project".
  const texts = Object.entries(all).flatMap(([key, value]) =>
    ["pulumi-beam", "project"].map((name) => [
      `${name}:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  pulumi.runtime.setAllConfig(Object.fromEntries(texts) as Record<string, string>);
}

describe("beam stacks", () => {
  const files = fs.readdirSync(root).filter((file) => /^Pulumi\..+\.yaml$/.test(file));

  for (const [key, { type, default: value, description }] of Object.entries(project)) {
    it(`describe the key ${key}, with a default of its type`, () => {
      assert.ok(description.length > 10);
      const actual = Number.isInteger(value) ? "integer" : Array.isArray(value) ? "array" : typeof value;
      assert.equal(actual, type);
    });
  }

  for (const file of files) {
    it(`have only typed keys, and a target there is, in ${file}`, () => {
      const keys = Object.keys(read(file).config).filter((key) => key.startsWith("pulumi-beam:"));
      assert.deepEqual(
        keys.filter((key) => !(key.slice("pulumi-beam:".length) in project)),
        [],
      );
      assert.ok(String(read(file).config["pulumi-beam:target"]) in programs);
    });
  }

  it("have an entry that the language host runs: the module is the function", () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- this is how the language host loads it
    assert.equal(typeof require("../../stacks"), "function");
  });

  it("leave ports that are 0 to the model", () => {
    configure({});
    const ports = () => stackConfig(new pulumi.Config("pulumi-beam")).cluster.ports;
    assert.deepEqual(ports(), { epmd: true, epmdPort: undefined, distPorts: { first: 9000, last: 9010 } });
    configure({ epmd: false, distPortFirst: 9100 });
    assert.deepEqual(ports(), { epmd: false, epmdPort: undefined, distPorts: { first: 9100, last: 9100 } });
  });

  it("refuse a target there is not, and name those there are", async () => {
    configure({ target: "mars" });
    await assert.rejects(deploy(stack), {
      message: /^target is "mars"; allowed is .*local.*: correct pulumi-beam:target/,
    });
  });

  it("refuse an isolation nobody knows", () => {
    configure({ isolation: "total" });
    assert.throws(() => stackConfig(new pulumi.Config("pulumi-beam")), {
      message: /^isolation is "total"; allowed is shared or release/,
    });
  });
});
