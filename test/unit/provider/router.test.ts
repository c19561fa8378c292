import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Unhealthy, type Context, type Lifecycle } from "../../../provider/lifecycle";
import { Router } from "../../../provider/router";
import type { Properties, Value } from "../../../provider/values";

const urn = "urn:pulumi:stack::project::beam:index:LocalCluster$beam:test:Thing::one";
const log = { progress: () => undefined, warn: () => undefined };
const secret = (value: Value): Value => ({
  "4dabf18193072939515e22adb298388d": pulumi.runtime.specialSecretSig,
  value,
});

/** A lifecycle that remembers what it was given. */
function thing(overrides: Partial<Lifecycle> = {}) {
  const seen: Properties[] = [];
  const contexts: Context[] = [];
  const lifecycle: Lifecycle = {
    type: "beam:test:Thing",
    schema: { description: "a thing" },
    replaces: ["name"],
    advisory: ["hint"],
    check: (inputs, _old, context) => {
      seen.push(inputs as Properties);
      contexts.push(context);
      return Promise.resolve([]);
    },
    create: (inputs, context) => {
      seen.push(inputs);
      contexts.push(context);
      return Promise.resolve({ id: "one", outputs: { ...inputs, made: true } });
    },
    read: ({ id, outputs }) => Promise.resolve({ id, outputs }),
    update: (_old, inputs) => Promise.resolve({ ...inputs, made: true }),
    delete: () => Promise.resolve(),
    ...overrides,
  };
  return { seen, contexts, router: new Router("beam", [lifecycle]) };
}

describe("beam provider router", () => {
  it("gives a lifecycle plain values, and wraps again what was secret", async () => {
    const { router, seen } = thing();
    const { state } = await router.create(
      urn,
      { token: secret("s3cret"), env: { A: secret("x"), B: "y" }, name: "n" },
      log,
    );
    assert.deepEqual(seen, [{ token: "s3cret", env: { A: "x", B: "y" }, name: "n" }]);
    assert.deepEqual(state, {
      token: secret("s3cret"),
      env: secret({ A: "x", B: "y" }),
      name: "n",
      made: true,
    });
  });

  it("wraps the secrets of a resource that exists but is not healthy", async () => {
    const { router } = thing({ create: (inputs) => Promise.reject(new Unhealthy("sick", "one", inputs)) });
    await assert.rejects(router.create(urn, { token: secret("s3cret") }, log), (error) => {
      assert.ok(error instanceof Unhealthy);
      assert.deepEqual(
        [error.message, error.id, error.outputs],
        ["sick", "one", { token: secret("s3cret") }],
      );
      return true;
    });
  });

  it("keeps secrets wrapped through a refresh", async () => {
    const { router } = thing();
    const found = await router.read(
      { urn, id: "one", state: { token: secret("s3cret"), a: 1 } },
      { token: secret("s3cret") },
      log,
    );
    assert.deepEqual(found, {
      id: "one",
      state: { token: secret("s3cret"), a: 1 },
      inputs: { token: secret("s3cret") },
    });
  });

  it("keeps from check what is not known yet", async () => {
    const { router, seen } = thing();
    await router.check(
      urn,
      {},
      { name: "n", env: { A: pulumi.runtime.unknownValue }, b: secret(pulumi.runtime.unknownValue) },
      log,
    );
    assert.deepEqual(seen, [{ name: "n" }]);
  });

  it("names each change, says which of them replace, and passes over hints and ignored ones", async () => {
    const { router } = thing();
    const old = { urn, id: "one", state: {} };
    const before = {
      name: "a",
      size: 1,
      token: secret("x"),
      hint: 1,
      gone: "y",
      kept: { deep: [1] },
      left: 1,
    };
    const after = { name: "b", size: 2, token: secret("z"), hint: 2, kept: { deep: [1] }, left: 2 };
    assert.deepEqual(await router.diff(old, before, after, ["left"], log), [
      { property: "gone", replaces: false, input: true },
      { property: "name", replaces: true, input: true },
      { property: "size", replaces: false, input: true },
      { property: "token", replaces: false, input: true },
    ]);
    assert.deepEqual(await router.diff(old, before, { ...before, hint: 2 }, [], log), []);
  });

  it("asks for drift only where no input changed", async () => {
    let asked = 0;
    const { router } = thing({
      drift: () => {
        asked++;
        return Promise.resolve(["pid"]);
      },
    });
    const old = { urn, id: "one", state: { pid: 1 } };
    assert.deepEqual(await router.diff(old, { a: 1 }, { a: 1 }, [], log), [
      { property: "pid", replaces: false, input: false },
    ]);
    assert.deepEqual(await router.diff(old, { a: 1 }, { a: 2 }, [], log), [
      { property: "a", replaces: false, input: true },
    ]);
    assert.equal(asked, 1);
  });

  it("hands on its configuration, plain, and Ctrl-C", async () => {
    const { router, contexts } = thing();
    router.configure({ flyApiToken: secret("token") });
    await router.create(urn, {}, log);
    const [context] = contexts;
    assert.deepEqual(context?.configuration, { flyApiToken: "token" });
    assert.equal(context.signal.aborted, false);
    router.cancel();
    assert.equal(context.signal.aborted, true);
  });

  it("refuses a type it does not know, and names those it does", async () => {
    const { router } = thing();
    await assert.rejects(router.create("urn:pulumi:s::p::beam:test:Other::x", {}, log), {
      message: /^type is "beam:test:Other"; allowed is beam:test:Thing: use a pulumi-beam of the version/,
    });
  });

  it("serves a schema of its types", () => {
    const schema = JSON.parse(thing().router.schema("1.2.3")) as unknown;
    assert.deepEqual(schema, {
      name: "beam",
      version: "1.2.3",
      resources: { "beam:test:Thing": { description: "a thing" } },
    });
  });
});
