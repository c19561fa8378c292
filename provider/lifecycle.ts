import type { Properties } from "./values";

/** What a lifecycle may use besides its arguments. */
export interface Context {
  readonly urn: string;
  /** Aborts when the user presses Ctrl-C: stop waiting, own up to what exists, start nothing new. */
  readonly signal: AbortSignal;
  /** The provider's configuration, plain; a token may stand in it. */
  readonly configuration: Properties;
  /** Shows a passing message beside the resource. */
  readonly progress: (message: string) => void;
  /** Leaves a warning beside the resource. */
  readonly warn: (message: string) => void;
}

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

export interface Observed<Outputs> {
  readonly id: string;
  readonly outputs: Outputs;
}

/** How one type of resource is made, looked at, changed and removed. All values are plain: no secret is wrapped. */
export interface Lifecycle<Inputs extends Properties = Properties, Outputs extends Properties = Properties> {
  readonly type: string;
  /** The resource's part of the package schema. */
  readonly schema: object;
  /** Inputs whose change replaces the resource; a change of any other updates it. */
  readonly replaces: readonly (keyof Inputs & string)[];
  /** Inputs that `check` alone reads; a change of such a one is none. */
  readonly advisory?: readonly (keyof Inputs & string)[];
  /** Inputs that are secret even where the engine remembers nothing yet, as at an import. */
  readonly secrets?: readonly (keyof Inputs & string)[];
  /** Refuses bad input before anything is created. `old` holds the inputs of last time; inputs not known yet are absent. */
  check?(inputs: Partial<Inputs>, old: Properties | undefined, context: Context): Promise<readonly Failure[]>;
  /** Outputs that no longer hold although no input changed: the resource is then updated. */
  drift?(observed: Observed<Outputs>, context: Context): Promise<readonly string[]>;
  create(inputs: Inputs, context: Context): Promise<Observed<Outputs>>;
  /** What is there now; undefined where it is gone. `inputs` only where they can be told from what is there (import). */
  read(
    observed: Observed<Outputs>,
    context: Context,
  ): Promise<(Observed<Outputs> & { readonly inputs?: Inputs }) | undefined>;
  update(observed: Observed<Outputs>, inputs: Inputs, context: Context): Promise<Outputs>;
  /** Removing what is already gone succeeds. */
  delete(observed: Observed<Outputs>, context: Context): Promise<void>;
}

/** The resource exists but is not as wanted: the engine keeps it in the state and updates it next time. */
export class Unhealthy extends Error {
  constructor(
    message: string,
    readonly id: string,
    readonly outputs: Properties,
  ) {
    super(message);
    this.name = "Unhealthy";
  }
}
