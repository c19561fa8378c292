import assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import { compare } from "bcryptjs";
import { RandomProvider } from "../../../tools/engine/standIn/provider";
import { encodings } from "../../../tools/engine/standIn/randomId";
import { plain, secret, type Properties } from "../../../tools/engine/standIn/values";

const provider = new RandomProvider();
const urns = {
  password: "urn:pulumi:test::test::random:index/randomPassword:RandomPassword::it",
  string: "urn:pulumi:test::test::random:index/randomString:RandomString::it",
  id: "urn:pulumi:test::test::random:index/randomId:RandomId::it",
  bytes: "urn:pulumi:test::test::random:index/randomBytes:RandomBytes::it",
};

/** A state in the shape that the plugin itself writes. */
const pluginState: Properties = {
  __meta: '{"schema_version":"3"}',
  bcryptHash: secret("$2a$10$0123456789012345678901"),
  id: "none",
  length: 16,
  lower: true,
  minLower: 0,
  minNumeric: 0,
  minSpecial: 0,
  minUpper: 0,
  number: true,
  numeric: true,
  result: secret("sixteen letters."),
  special: true,
  upper: true,
};

describe("engine random stand-in: create", () => {
  it("writes a password down as the plugin does, its hash beside it, both secret", async () => {
    const { id, outs } = await create(urns.password, { length: 16, keepers: secret({ generation: "1" }) });
    const { __meta: meta, result, bcryptHash } = plain(outs);

    assert.equal(id, "none");
    assert.deepEqual(Object.keys(outs).sort(), [...Object.keys(pluginState), "keepers"].sort());
    assert.deepEqual(secrets(outs), ["bcryptHash", "keepers", "result"]);
    assert.equal(meta, pluginState.__meta);
    assert.ok(typeof result === "string" && typeof bcryptHash === "string");
    assert.equal(result.length, 16);
    assert.match(bcryptHash, /^\$2a\$10\$/);
    assert.ok(await compare(result, bcryptHash));
  });

  it("gives a string's own text as its id, and hides none of it", async () => {
    const { id, outs } = await create(urns.string, { length: 8, special: false, number: true });

    assert.match(id, /^[A-Za-z0-9]{8}$/);
    assert.deepEqual(outs, {
      __meta: '{"schema_version":"2"}',
      id,
      length: 8,
      lower: true,
      minLower: 0,
      minNumeric: 0,
      minSpecial: 0,
      minUpper: 0,
      number: true,
      numeric: true,
      result: id,
      special: false,
      upper: true,
    });
  });

  it("spells the bytes of an id in five ways", async () => {
    assert.deepEqual(encodings(Buffer.from([0x00, 0xfb, 0xff, 0xbf, 0x01]), "web-"), {
      id: "APv_vwE",
      b64Url: "web-APv_vwE",
      b64Std: "web-APv/vwE=",
      hex: "web-00fbffbf01",
      dec: "web-4227841793",
    });
    const { id, outs } = await create(urns.id, { byteLength: 5, prefix: "web-" });
    assert.deepEqual(outs, {
      byteLength: 5,
      prefix: "web-",
      ...encodings(Buffer.from(id, "base64url"), "web-"),
    });
  });

  it("keeps bytes secret in both spellings, though not in the id, as in the plugin", async () => {
    const { id, outs } = await create(urns.bytes, { length: 8 });

    assert.deepEqual(secrets(outs), ["base64", "hex"]);
    const bytes = Buffer.from(id, "base64");
    assert.deepEqual(plain(outs), { length: 8, base64: id, hex: bytes.toString("hex") });
  });
});

describe("engine random stand-in: diff", () => {
  it("leaves a state of the plugin alone where the inputs mean the same", async () => {
    for (const news of [
      { length: 16 },
      { length: secret(16), number: true },
      { length: 16, minLower: 0, upper: true },
    ]) {
      assert.deepEqual(await provider.diff("none", urns.password, pluginState, news), {
        changes: false,
        replaces: [],
      });
    }
  });

  it("replaces for every input", async () => {
    const changes: [news: Properties, replaces: string[]][] = [
      [{ length: 17 }, ["length"]],
      [{ length: runtime.unknownValue }, ["length"]],
      [{ length: 16, keepers: { generation: "2" } }, ["keepers"]],
      [{ length: 16, keepers: { generation: runtime.unknownValue } }, ["keepers"]],
      [{ length: 16, lower: false, upper: false }, ["lower", "upper"]],
      [{ length: 16, numeric: false }, ["number", "numeric"]],
      [{ length: 16, special: false }, ["special"]],
      [
        { length: 16, minLower: 1, minUpper: 1, minNumeric: 1, minSpecial: 1 },
        ["minLower", "minUpper", "minNumeric", "minSpecial"],
      ],
      [{ length: 16, overrideSpecial: "!" }, ["overrideSpecial"]],
    ];
    for (const [news, replaces] of changes) {
      assert.deepEqual(await provider.diff("none", urns.password, pluginState, news), {
        changes: true,
        replaces,
      });
    }
    const id = { byteLength: 8, prefix: "web-", keepers: { a: "1" } };
    assert.deepEqual((await provider.diff("it", urns.id, id, { byteLength: 9 })).replaces, [
      "keepers",
      "byteLength",
      "prefix",
    ]);
    assert.deepEqual((await provider.diff("it", urns.bytes, { length: 8 }, { length: 9 })).replaces, [
      "length",
    ]);
  });

  it("keeps the value where only what means nothing changed", async () => {
    const olds = { ...pluginState, overrideSpecial: "", keepers: { a: "1" } };
    const news = { length: 16, keepers: { a: "1", b: null } };

    assert.deepEqual(await provider.diff("none", urns.password, olds, news), { changes: true, replaces: [] });
    assert.deepEqual((await provider.update("none", urns.password, olds, news)).outs, {
      ...pluginState,
      keepers: news.keepers,
    });
  });
});

describe("engine random stand-in: read", () => {
  it("gives back what the state holds", async () => {
    assert.deepEqual(await provider.read("none", urns.password, pluginState), {
      id: "none",
      props: pluginState,
    });
  });

  it("imports a password, a string, an id and bytes", async () => {
    const password = await provider.read("open sesame", urns.password, {});
    assert.equal(password.id, "none");
    assert.deepEqual(password.inputs, { length: 11 });
    assert.deepEqual((password.props as Properties).result, secret("open sesame"));
    assert.deepEqual(
      await provider.diff("none", urns.password, password.props as Properties, { length: 11 }),
      {
        changes: false,
        replaces: [],
      },
    );
    assert.equal((await provider.read("abc", urns.string, {})).id, "abc");
    const id = await provider.read("my,prefix-,p-9hUg", urns.id, {});
    assert.deepEqual(id.inputs, { byteLength: 4, prefix: "my,prefix-" });
    assert.equal((id.props as Properties).hex, "my,prefix-a7ef6152");
    const bytes = await provider.read("8/fu3q+2DcgSJ19i0jZ5Cw==", urns.bytes, {});
    assert.deepEqual(bytes.inputs, { length: 16 });
  });

  it("refuses to import what is no such encoding", async () => {
    await assert.rejects(provider.read("a+b/", urns.id, {}), {
      message:
        '"a+b/" is no URL-safe base64 without padding; import PREFIX,ID or ID, as in my-prefix-,p-9hUg',
    });
    await assert.rejects(provider.read("8_fu", urns.bytes, {}), {
      message: "the id to import is no base64 with padding; import bytes as in 8/fu3q+2DcgSJ19i0jZ5Cw==",
    });
  });
});

async function create(urn: string, inputs: Properties): Promise<{ id: string; outs: Properties }> {
  const made = await provider.create(urn, inputs);
  return { id: made.id, outs: made.outs as Properties };
}

function secrets(properties: Properties): string[] {
  return Object.keys(properties)
    .filter((key) => runtime.isRpcSecret(properties[key]))
    .sort();
}
