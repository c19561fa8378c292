/** What a team imports to unit-test a stack built on pulumi-beam: no engine, no cloud, nothing is created. */
import * as pulumi from "@pulumi/pulumi";

/** A resource as the program declared it. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  /** Name of the resource it is a child of. */
  readonly parent: string | undefined;
  /** Inputs as they reach the provider, with secrets taken out of their wrapping. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Inputs that are secret, or hold a secret somewhere. */
  readonly secrets: readonly string[];
  /** Names of the resources it says to depend on. */
  readonly dependsOn: readonly string[];
  readonly options: pulumi.CustomResourceOptions & pulumi.ComponentResourceOptions;
}

export interface Deployed<Result> {
  /** Every resource, in the order of registration. */
  readonly resources: readonly Declared[];
  readonly result: Result;
}

export interface Answers {
  /** Outputs a provider would add to a resource's inputs. */
  readonly outputs?: (
    type: string,
    name: string,
    inputs: Readonly<Record<string, unknown>>,
  ) => Record<string, unknown>;
  /** Results of data sources by token; one that is not named here fails the test. */
  readonly calls?: Readonly<Record<string, (inputs: Record<string, unknown>) => Record<string, unknown>>>;
  readonly preview?: boolean;
}

/** The cookie that `RandomPassword` gives under `deploy`, so that a test can look for it in the clear. */
export const mockCookie = "MockCookieMockCookieMockCookieMockCookieMockCookieMock";

/**
 * Runs a program against mocks, and returns once every resource is registered.
 *
 * `construct` is given options to pass to the components under test: through them parents and options become
 * visible, which mocks alone do not show.
 */
export async function deploy<Result>(
  construct: (options: pulumi.ComponentResourceOptions) => Result | Promise<Result>,
  answers: Answers = {},
): Promise<Deployed<Result>> {
  // Mocks belong to the whole process, so programs take turns.
  const mine = turn.then(() => deployAlone(construct, answers));
  turn = mine.catch(() => undefined);
  return await mine;
}

let turn: Promise<unknown> = Promise.resolve();

async function deployAlone<Result>(
  construct: (options: pulumi.ComponentResourceOptions) => Result | Promise<Result>,
  answers: Answers,
): Promise<Deployed<Result>> {
  const inputs = new Map<string, Pick<Declared, "inputs" | "secrets">>();
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        const plain = unwrapped(args.inputs as Record<string, unknown>);
        inputs.set(`${args.type} ${args.name}`, plain);
        const outputs = {
          ...defaultOutputs(args.type, args.name),
          ...answers.outputs?.(args.type, args.name, plain.inputs),
        };
        return { id: `${args.name}-id`, state: { ...args.inputs, ...outputs } as Record<string, unknown> };
      },
      call: (args) => {
        const answer = answers.calls?.[args.token];
        if (answer === undefined) {
          throw new Error(
            `the program asks ${args.token}, for which the test has no answer: give one in answers.calls`,
          );
        }
        return answer(args.inputs as Record<string, unknown>);
      },
    },
    "project",
    "stack",
    answers.preview ?? false,
  );
  const seen: pulumi.ResourceTransformationArgs[] = [];
  const result = await construct({
    transformations: [
      (args) => {
        seen.push(args);
        return undefined;
      },
    ],
  });
  await registered(seen);
  return {
    result,
    resources: seen.map(({ type, name, opts }) => ({
      type,
      name,
      parent: nameOf(opts.parent, seen),
      dependsOn: dependencies(opts.dependsOn).flatMap((resource) => nameOf(resource, seen) ?? []),
      options: opts,
      ...(inputs.get(`${type} ${name}`) ?? { inputs: {}, secrets: [] }),
    })),
  };
}

/** The resources of one type. */
export function all(resources: readonly Declared[], type: string): readonly Declared[] {
  return resources.filter((one) => one.type === type);
}

/** The only resource of a type; fails where there is none, or more than one. */
export function one(resources: readonly Declared[], type: string): Declared {
  const found = all(resources, type);
  const [first] = found;
  if (first === undefined || found.length > 1) {
    throw new Error(`expected one ${type}, found ${found.map(({ name }) => name).join(", ") || "none"}`);
  }
  return first;
}

/** Where a secret text stands readable: `name.property` of every input that holds it and is not marked secret. */
export function inTheClear(resources: readonly Declared[], secret: string): readonly string[] {
  return resources.flatMap(({ name, inputs, secrets }) =>
    Object.entries(inputs)
      .filter(
        ([property, value]) => !secrets.includes(property) && JSON.stringify(value ?? null).includes(secret),
      )
      .map(([property]) => `${name}.${property}`),
  );
}

/** Waits for the URN of every resource; awaiting one may bring forth others. */
async function registered(seen: readonly pulumi.ResourceTransformationArgs[]): Promise<void> {
  let known = -1;
  while (known !== seen.length) {
    known = seen.length;
    await Promise.all(seen.map(({ resource }) => valueOf(resource.urn)));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The value of an output, for assertions. */
export async function valueOf<Value>(output: pulumi.Output<Value>): Promise<Value> {
  return await new Promise((resolve, reject) => {
    // An output that fails settles its promise alone, which is not part of its public type.
    (output as unknown as { promise(): Promise<Value> }).promise().then(resolve, reject);
  });
}

function defaultOutputs(type: string, name: string): Record<string, unknown> {
  switch (type) {
    case "random:index/randomPassword:RandomPassword":
      return { result: mockCookie };
    case "beam:cloudfoundry:App":
      return { guid: `${name}-guid`, droplet: "a-droplet", started: true };
    case "beam:cloudfoundry:Route":
      return { url: `${name}.example.test` };
    case "beam:cloudfoundry:UserProvidedService":
      return { guid: `${name}-guid`, revision: "a-revision" };
    case "beam:fly:Secrets":
      return { version: 1, digests: { RELEASE_COOKIE: "a-digest" } };
    case "beam:fly:Machines":
      return {
        machines: [
          { slot: `${name}-1`, id: "a-machine", instanceId: "a-version", privateIp: "fdaa::1", goal: "" },
        ],
      };
    case "beam:local:Node":
      return { control: `/nodes/${name}/control`, pid: 1, logFile: `/nodes/${name}/node.log` };
    default:
      return {};
  }
}

/** Those given as they are; one that hides in an output is not followed. */
function dependencies(dependsOn: unknown): readonly pulumi.Resource[] {
  const given: unknown[] = Array.isArray(dependsOn) ? dependsOn : [dependsOn];
  return given.filter((resource) => pulumi.Resource.isInstance(resource));
}

function nameOf(parent: pulumi.Resource | undefined, seen: readonly pulumi.ResourceTransformationArgs[]) {
  return seen.find(({ resource }) => resource === parent)?.name;
}

function unwrapped(inputs: Record<string, unknown>): Pick<Declared, "inputs" | "secrets"> {
  const secrets = Object.keys(inputs).filter((key) => pulumi.runtime.isRpcSecret(inputs[key]));
  const plain = Object.entries(inputs).map(([key, value]) => [
    key,
    pulumi.runtime.unwrapRpcSecret(value) as unknown,
  ]);
  return { inputs: Object.fromEntries(plain) as Record<string, unknown>, secrets };
}
