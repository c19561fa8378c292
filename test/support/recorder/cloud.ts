import type { Properties } from "../../../provider/values";

/** A resource that the recorded cloud holds. */
export interface Held {
  readonly type: string;
  /** Name in the program. */
  readonly name: string;
  readonly id: string;
  /** Inputs as the program gave them, plain. */
  readonly inputs: Properties;
  /** Top-level inputs that are secret, or hold a secret. */
  readonly secrets: readonly string[];
  /** What the plugin would call its state: inputs and computed outputs; secrets stand in their wrapping. */
  readonly state: Properties;
}

/** How one type behaves, as far as a test needs it. Everything that is not said here is the plainest behaviour. */
export interface TypeTable {
  /** @default - `TYPE-NUMBER` */
  readonly id?: (name: string, inputs: Properties) => string;
  /** Outputs that the cloud computes; `before` is what an update finds. @default - none */
  readonly outputs?: (id: string, inputs: Properties, before: Held | undefined) => Properties;
  /** Inputs whose change replaces: the plugin's documented ForceNew fields; `*` stands for all. @default - none */
  readonly replaces?: readonly string[];
  /** Whether a replacement is made only after the old one is gone. @default false */
  readonly deleteBeforeReplace?: boolean;
  /** Input that the plugin fills with the name in the program and random digits, where it is left out. @default - none */
  readonly autoName?: string;
  /** Says why it cannot be created or changed in this state of the cloud. @default - it can */
  readonly refuses?: (inputs: Properties, others: readonly Held[]) => string | undefined;
  /** Says what keeps it from being deleted. @default - nothing does */
  readonly inUse?: (own: Held, others: readonly Held[]) => string | undefined;
}

/** A cloud, as a test describes it. A module that exports it as `cloud` is what the recorder is started with. */
export interface Cloud {
  /** Every type the program may use; another one fails. */
  readonly types: Readonly<Record<string, TypeTable>>;
  /** Data sources by token; another one fails. */
  readonly invokes?: Readonly<Record<string, (inputs: Properties) => Properties>>;
}

/** What goes wrong, or takes time, on purpose. Matches every operation that it does not exclude. */
export interface Fault {
  readonly type?: string;
  readonly name?: string;
  readonly operation?: Operation;
  /** The operation fails with this message, and changes nothing. */
  readonly message?: string;
  readonly delayMilliseconds?: number;
}

export type Operation = "create" | "read" | "update" | "delete" | "invoke";

/** One call that reached the cloud. */
export interface Call {
  readonly operation: Operation;
  /** Type of the resource, or token of the data source. */
  readonly type: string;
  /** Name in the program; empty for a data source. */
  readonly name: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly secrets: readonly string[];
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly ended: number;
  /** Why it was refused. */
  readonly error?: string;
}

/** Whether a resource mentions another by its id or by one of its outputs, such as the ARN. */
export function mentions(one: Held, other: Held, outputs: readonly string[] = ["arn"]): boolean {
  const text = JSON.stringify(one.inputs);
  const names = [other.id, ...outputs.map((output) => other.state[output])];
  return names.some((name) => typeof name === "string" && text.includes(JSON.stringify(name)));
}
