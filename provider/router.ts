import { isDeepStrictEqual } from "node:util";
import type { EngineLog } from "./engineLog";
import { Unhealthy, type Context, type Failure, type Lifecycle, type Observed } from "./lifecycle";
import { unwrap, wrap, type Properties, type Unwrapped } from "./values";

export interface Change {
  readonly property: string;
  readonly replaces: boolean;
  /** Whether an input changed, or the world did. */
  readonly input: boolean;
}

/** A resource as the engine remembers it. */
export interface Remembered {
  readonly urn: string;
  readonly id: string;
  readonly state: Properties;
}

/** Brings each call of the engine to the lifecycle of its type, with plain values, and wraps what comes back. */
export class Router {
  private readonly byType: ReadonlyMap<string, Lifecycle>;
  private readonly cancelled = new AbortController();
  private configuration: Properties = {};

  constructor(
    private readonly name: string,
    lifecycles: readonly Lifecycle[],
  ) {
    this.byType = new Map(lifecycles.map((lifecycle) => [lifecycle.type, lifecycle]));
  }

  /** The package schema, as `pulumi package get-schema` prints it. */
  schema(version: string): string {
    const resources = Object.fromEntries([...this.byType.values()].map(({ type, schema }) => [type, schema]));
    return JSON.stringify({ name: this.name, version, resources }, undefined, 2);
  }

  /** Provider configuration (`pulumi config set beam:…`), plain. */
  configure(args: Properties): void {
    this.configuration = unwrap(args).plain;
  }

  cancel(): void {
    this.cancelled.abort(new Error("cancelled"));
  }

  async check(urn: string, olds: Properties, news: Properties, log: EngineLog): Promise<readonly Failure[]> {
    const { plain, unknown } = unwrap(news);
    const known = Object.fromEntries(Object.entries(plain).filter(([key]) => !unknown.has(key)));
    const old = Object.keys(olds).length === 0 ? undefined : unwrap(olds).plain;
    return (await this.of(urn).check?.(known, old, this.context(urn, log))) ?? [];
  }

  async diff(
    old: Remembered,
    oldInputs: Properties,
    news: Properties,
    ignore: readonly string[],
    log: EngineLog,
  ): Promise<readonly Change[]> {
    const lifecycle = this.of(old.urn);
    const before = unwrap(oldInputs).plain;
    const after = unwrap(news).plain;
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    const ignored = [...ignore, ...(lifecycle.advisory ?? [])];
    const changes = keys
      .filter((key) => !ignored.includes(key) && !isDeepStrictEqual(before[key], after[key]))
      .map((property) => ({ property, replaces: lifecycle.replaces.includes(property), input: true }));
    if (changes.length > 0 || lifecycle.drift === undefined) {
      return changes;
    }
    const drifted = await lifecycle.drift(observed(old), this.context(old.urn, log));
    return drifted.map((property) => ({ property, replaces: false, input: false }));
  }

  async create(urn: string, inputs: Properties, log: EngineLog): Promise<{ id: string; state: Properties }> {
    const { plain, secret } = unwrap(inputs);
    const created = await kept(secret, this.of(urn).create(plain, this.context(urn, log)));
    return { id: created.id, state: wrap(created.outputs, secret) };
  }

  async read(
    old: Remembered,
    inputs: Properties,
    log: EngineLog,
  ): Promise<{ id: string; state: Properties; inputs: Properties } | undefined> {
    const lifecycle = this.of(old.urn);
    const found = await lifecycle.read(observed(old), this.context(old.urn, log));
    const secret = new Set([...unwrap(old.state).secret, ...(lifecycle.secrets ?? [])]);
    return found === undefined
      ? undefined
      : {
          id: found.id,
          state: wrap(found.outputs, secret),
          inputs: wrapInputs(found.inputs, inputs, secret),
        };
  }

  async update(old: Remembered, news: Properties, log: EngineLog): Promise<Properties> {
    const { plain, secret } = unwrap(news);
    const lifecycle = this.of(old.urn);
    return wrap(
      await kept(secret, lifecycle.update(observed(old), plain, this.context(old.urn, log))),
      secret,
    );
  }

  async delete(old: Remembered, log: EngineLog): Promise<void> {
    await this.of(old.urn).delete(observed(old), this.context(old.urn, log));
  }

  private of(urn: string): Lifecycle {
    // urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const lifecycle = this.byType.get(type);
    if (lifecycle === undefined) {
      throw new Error(
        `type is "${type}"; allowed is ${[...this.byType.keys()].join(", ")}: use a pulumi-beam of the version the program uses`,
      );
    }
    return lifecycle;
  }

  private context(urn: string, log: EngineLog): Context {
    return {
      urn,
      signal: this.cancelled.signal,
      configuration: this.configuration,
      progress: (message) => log.progress(urn, message),
      warn: (message) => log.warn(urn, message),
    };
  }
}

/** What the lifecycle read from the world, else what the engine remembers. */
function wrapInputs(
  read: Properties | undefined,
  remembered: Properties,
  secret: ReadonlySet<string>,
): Properties {
  return read === undefined ? remembered : wrap(read, secret);
}

function observed(old: Remembered): Observed<Properties> {
  return { id: old.id, outputs: unwrap(old.state).plain };
}

/** An unhealthy resource's outputs go to the state too, so they are wrapped like those of a healthy one. */
async function kept<Result>(secret: Unwrapped["secret"], work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Unhealthy) {
      throw new Unhealthy(error.message, error.id, wrap(error.outputs, secret));
    }
    throw error;
  }
}
