import { isDeepStrictEqual } from "node:util";
import type * as provider from "@pulumi/pulumi/provider";
import { version } from "@pulumi/random/package.json";
import { replaces, type Kind, type Made } from "./kind";
import { randomBytes } from "./randomBytes";
import { randomId } from "./randomId";
import { randomPassword } from "./randomPassword";
import { randomString } from "./randomString";
import { plain, secret, type Properties, type Value } from "./values";

const kinds: Readonly<Record<string, Kind>> = {
  "random:index/randomPassword:RandomPassword": randomPassword,
  "random:index/randomString:RandomString": randomString,
  "random:index/randomId:RandomId": randomId,
  "random:index/randomBytes:RandomBytes": randomBytes,
};

/**
 * Serves four types of the random plugin where the plugin itself cannot be downloaded. State made by one is left
 * alone by the other: like the plugin, it keeps inputs as they were given and writes defaults into the outputs.
 */
export class RandomProvider implements provider.Provider {
  readonly version = version;

  check(urn: string, _olds: Properties, news: Properties): Promise<provider.CheckResult> {
    const kind = kinds[typeOf(urn)];
    const failures = kind ? kind.check(plain(news)) : [{ property: "", reason: unsupported(urn) }];
    return Promise.resolve({ inputs: news, failures });
  }

  diff(_id: string, urn: string, olds: Properties, news: Properties): Promise<provider.DiffResult> {
    const kind = kindOf(urn);
    const before = kind.complete(plain(olds));
    const after = kind.complete(plain(news));
    const changed = kind.inputs.filter(
      (name) => !isDeepStrictEqual(before[name] ?? null, after[name] ?? null),
    );
    return Promise.resolve({
      changes: changed.length > 0,
      replaces: changed.filter((name) => replaces(name, before[name], after[name])),
    });
  }

  async create(urn: string, inputs: Properties): Promise<provider.CreateResult> {
    const kind = kindOf(urn);
    const made = await kind.create(kind.complete(plain(inputs)));
    return { id: made.id, outs: { ...wrapped(kind, made), ...given(inputs) } };
  }

  /** Nothing outside the state holds the value. Without a state, the engine asks for an import. */
  async read(id: string, urn: string, props: Properties): Promise<provider.ReadResult> {
    if (Object.keys(props).length > 0) {
      return { id, props };
    }
    const kind = kindOf(urn);
    const made = await kind.adopt(id);
    const inputs = ["length", "byteLength", "prefix"].filter((name) => kind.inputs.includes(name));
    return {
      id: made.id,
      props: wrapped(kind, made),
      inputs: given(Object.fromEntries(inputs.map((name) => [name, made.outputs[name]]))),
    };
  }

  /** Comes about only for a change that makes no difference (see `replaces`): the value stays. */
  update(_id: string, urn: string, olds: Properties, news: Properties): Promise<provider.UpdateResult> {
    const kind = kindOf(urn);
    const kept = Object.entries(olds).filter(([name]) => !kind.inputs.includes(name));
    return Promise.resolve({
      outs: given({ ...Object.fromEntries(kept), ...kind.complete(plain(news)), ...given(news) }),
    });
  }
}

function wrapped(kind: Kind, made: Made): Record<string, Value> {
  const outputs = given(made.outputs);
  const secrets = Object.entries(outputs).filter(([name]) => kind.secrets.includes(name));
  return { ...outputs, ...Object.fromEntries(secrets.map(([name, value]) => [name, secret(value)])) };
}

/** What was left out stays out, instead of being written down as null. */
function given(properties: Properties): Record<string, Value> {
  const entries = Object.entries(properties);
  return Object.fromEntries(entries.filter((entry): entry is [string, Value] => (entry[1] ?? null) !== null));
}

function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function kindOf(urn: string): Kind {
  const kind = kinds[typeOf(urn)];
  if (kind === undefined) {
    throw new Error(unsupported(urn));
  }
  return kind;
}

function unsupported(urn: string): string {
  const known = Object.keys(kinds).map((type) => type.split(":").at(-1));
  return `${typeOf(urn)} is not among what the stand-in for the random plugin serves (${known.join(", ")}); run \`pulumi plugin install resource random ${version}\` where its download host can be reached`;
}
