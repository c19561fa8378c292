import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { setTimeout as delay } from "node:timers/promises";
import type * as provider from "@pulumi/pulumi/provider";
import { unwrap, type Properties } from "../../../provider/values";
import type { Cloud, Held, Operation, TypeTable } from "./cloud";
import type { Store } from "./store";

/** Plays a cloud's plugin: holds what it is told to hold, and writes down every call. */
export class RecorderProvider implements provider.Provider {
  constructor(
    readonly version: string,
    private readonly cloud: Cloud,
    private readonly store: Store,
  ) {}

  check(urn: string, olds: Properties, news: Properties): Promise<provider.CheckResult> {
    const { type, name } = parts(urn);
    const table = this.cloud.types[type];
    if (table === undefined) {
      const reason = `the recorded cloud has no ${type}: add it to the test's table`;
      return Promise.resolve({ inputs: news, failures: [{ property: "", reason }] });
    }
    const { autoName } = table;
    if (autoName === undefined || autoName in news) {
      return Promise.resolve({ inputs: news, failures: [] });
    }
    const given = olds[autoName] ?? `${name}-${randomBytes(4).toString("hex").slice(0, 7)}`;
    return Promise.resolve({ inputs: { ...news, [autoName]: given }, failures: [] });
  }

  diff(id: string, urn: string, olds: Properties, news: Properties): Promise<provider.DiffResult> {
    const { type } = parts(urn);
    const table = this.table(type);
    const before = unwrap(olds).plain;
    const after = unwrap(news).plain;
    const given = Object.keys(this.find(type, id)?.inputs ?? {});
    const changed = [...new Set([...given, ...Object.keys(after)])].filter(
      (key) => !isDeepStrictEqual(before[key] ?? null, after[key] ?? null),
    );
    const { replaces = [] } = table;
    return Promise.resolve({
      changes: changed.length > 0,
      replaces: changed.filter((key) => replaces.includes(key) || replaces.includes("*")),
      deleteBeforeReplace: table.deleteBeforeReplace ?? false,
    });
  }

  async create(urn: string, news: Properties): Promise<provider.CreateResult> {
    const { type, name } = parts(urn);
    const { plain, secret } = unwrap(news);
    const table = this.table(type);
    const id = table.id?.(name, plain) ?? `${type.split(":").at(-1) ?? ""}-${this.store.next()}`;
    return await this.recorded("create", type, name, id, news, () => {
      this.refuse(table.refuses?.(plain, this.store.held()));
      const state = { ...news, ...table.outputs?.(id, plain, undefined) };
      this.store.put({ type, name, id, inputs: plain, secrets: [...secret], state });
      return { id, outs: state };
    });
  }

  async read(id: string, urn: string): Promise<provider.ReadResult> {
    const { type, name } = parts(urn);
    return await this.recorded("read", type, name, id, {}, () => {
      const found = this.find(type, id);
      if (found === undefined) {
        return { id: "", props: {} };
      }
      const inputs = Object.fromEntries(Object.keys(found.inputs).map((key) => [key, found.state[key]]));
      return { id, props: found.state, inputs };
    });
  }

  async update(id: string, urn: string, _olds: Properties, news: Properties): Promise<provider.UpdateResult> {
    const { type, name } = parts(urn);
    const { plain, secret } = unwrap(news);
    const table = this.table(type);
    return await this.recorded("update", type, name, id, news, () => {
      const before = this.find(type, id);
      if (before === undefined) {
        throw new Error(`${type} ${id} is not there`);
      }
      this.refuse(table.refuses?.(plain, this.others(type, id)));
      const state = { ...news, ...table.outputs?.(id, plain, before) };
      this.store.put({ type, name, id, inputs: plain, secrets: [...secret], state });
      return { outs: state };
    });
  }

  async delete(id: string, urn: string): Promise<void> {
    const { type, name } = parts(urn);
    await this.recorded("delete", type, name, id, {}, () => {
      const own = this.find(type, id);
      if (own !== undefined) {
        this.refuse(this.table(type).inUse?.(own, this.others(type, id)));
        this.store.remove(type, id);
      }
    });
  }

  async invoke(token: string, inputs: Properties): Promise<provider.InvokeResult> {
    return await this.recorded("invoke", token, "", "", inputs, () => {
      const answer = this.cloud.invokes?.[token];
      if (answer === undefined) {
        throw new Error(`the recorded cloud cannot answer ${token}: add it to the test's table`);
      }
      return { outputs: answer(unwrap(inputs).plain) };
    });
  }

  private async recorded<Result>(
    operation: Operation,
    type: string,
    name: string,
    id: string,
    wrapped: Properties,
    work: () => Result,
  ): Promise<Result> {
    const started = Date.now();
    const { plain: inputs, secret } = unwrap(wrapped);
    const entry = { operation, type, name, id, inputs, secrets: [...secret], started };
    try {
      for (const fault of this.store.faults()) {
        const { type: ofType = type, name: ofName = name, operation: of = operation } = fault;
        if (ofType === type && ofName === name && of === operation) {
          await delay(fault.delayMilliseconds ?? 0);
          this.refuse(fault.message);
        }
      }
      const result = work();
      this.store.append({ ...entry, ended: Date.now() });
      return result;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.store.append({ ...entry, ended: Date.now(), error: message });
      throw error;
    }
  }

  private refuse(reason: string | undefined): void {
    if (reason !== undefined) {
      throw new Error(reason);
    }
  }

  private table(type: string): TypeTable {
    return this.cloud.types[type] ?? {};
  }

  private find(type: string, id: string): Held | undefined {
    return this.store.held().find((one) => one.type === type && one.id === id);
  }

  private others(type: string, id: string): readonly Held[] {
    return this.store.held().filter((one) => one.type !== type || one.id !== id);
  }
}

/** urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME */
function parts(urn: string): { readonly type: string; readonly name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.split("$").at(-1) ?? "", name: name.join("::") };
}
