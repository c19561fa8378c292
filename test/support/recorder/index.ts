import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Properties } from "../../../provider/values";
import { withStack, type StackUnderTest } from "../withStack";
import type { Call, Fault, Held } from "./cloud";
import { Store } from "./store";

export { mentions, type Call, type Cloud, type Fault, type Held, type TypeTable } from "./cloud";

/** Which plugin to stand in for, and the module whose `cloud` describes what is behind it. */
export interface CloudModule {
  readonly plugin: "aws" | "digitalocean";
  /** Absolute path, such as `require.resolve("./fargateCloud")`. */
  readonly table: string;
}

/** A recorded cloud, as a test sees it. */
export class RecordedCloud {
  private readonly store: Store;
  private seen = 0;

  constructor(
    readonly module: CloudModule,
    private readonly folder: string,
  ) {
    this.store = new Store(folder);
  }

  /** What the recorder process must be told. */
  get env(): Readonly<Record<string, string>> {
    const version = (
      JSON.parse(fs.readFileSync(require.resolve(`@pulumi/${this.module.plugin}/package.json`), "utf8")) as {
        version: string;
      }
    ).version;
    return { RECORDER_FOLDER: this.folder, RECORDER_TABLE: this.module.table, RECORDER_VERSION: version };
  }

  /** Everything it holds now. */
  held(): readonly Held[] {
    return this.store.held();
  }

  /** Everything of one type. */
  all(type: string): readonly Held[] {
    return this.held().filter((one) => one.type === type);
  }

  /** The only one of a type. */
  one(type: string): Held {
    const [first, ...more] = this.all(type);
    if (first === undefined || more.length > 0) {
      throw new Error(`expected one ${type}, the cloud holds ${this.all(type).length}`);
    }
    return first;
  }

  /** Every call so far, in the order in which they ended. */
  journal(): readonly Call[] {
    return this.store.journal();
  }

  /** `operation type name` of what has changed the cloud since the last time this was asked. */
  changes(): readonly string[] {
    const journal = this.journal();
    const fresh = journal.slice(this.seen);
    this.seen = journal.length;
    return fresh
      .filter(({ operation, error }) => error === undefined && !["read", "invoke"].includes(operation))
      .map(({ operation, type, name }) => `${operation} ${type.split(":").at(-1) ?? ""} ${name}`);
  }

  /** From now on these go wrong or take time; an empty list mends everything. */
  faults(...faults: readonly Fault[]): void {
    this.store.setFaults(faults);
  }

  /** Somebody changes a resource behind the engine's back. */
  alter(one: Held, properties: Properties): void {
    this.store.put({ ...one, state: { ...one.state, ...properties } });
  }

  /** Somebody deletes a resource behind the engine's back. */
  remove(one: Held): void {
    this.store.remove(one.type, one.id);
  }
}

/** A recorded cloud of the test's own, gone when it ends. */
export async function withCloud(
  module: CloudModule,
  test: (cloud: RecordedCloud) => Promise<void>,
): Promise<void> {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "pulumi-beam-cloud-")));
  try {
    await test(new RecordedCloud(module, folder));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** One stack on a recorded cloud of its own. Whatever the test does, the cloud must be empty once the stack is destroyed. */
export async function withStackOn(
  module: CloudModule,
  test: (stack: StackUnderTest, cloud: RecordedCloud) => Promise<void>,
): Promise<void> {
  await withCloud(module, async (cloud) => {
    await withStack((stack) => test(stack, cloud), { cloud });
    const left = cloud.held().map(({ type, name }) => `${type} ${name}`);
    if (left.length > 0) {
      throw new Error(`after destroy the cloud still holds ${left.join(", ")}`);
    }
  });
}
