/**
 * Runs the provider's own lifecycles for the resources a LocalCluster declared, inside a host of the ring:
 * `node -r tsx/cjs localDriver.ts STATE < resources.json`. What does not exist is created; what drifted is updated.
 */
import * as fs from "node:fs";
import { epmd } from "../../provider/local/epmd";
import { node } from "../../provider/local/node";
import type { Context, Lifecycle } from "../../provider/lifecycle";
import type { Properties } from "../../provider/values";

interface Declared {
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
}

const lifecycles: readonly Lifecycle[] = [epmd, node];
const [stateFile = ""] = process.argv.slice(2);

async function main(): Promise<void> {
  const declared = JSON.parse(fs.readFileSync(0, "utf8")) as Declared[];
  const state = new Map<string, Properties>(
    fs.existsSync(stateFile)
      ? (JSON.parse(fs.readFileSync(stateFile, "utf8")) as [string, Properties][])
      : [],
  );
  for (const { type, name, inputs } of declared) {
    const lifecycle = lifecycles.find((one) => one.type === type);
    if (lifecycle === undefined) {
      continue;
    }
    const context: Context = {
      urn: `urn:pulumi:ring::ring::${type}::${name}`,
      signal: new AbortController().signal,
      configuration: {},
      progress: () => undefined,
      warn: () => undefined,
    };
    const outputs = state.get(name);
    if (outputs === undefined) {
      state.set(name, (await lifecycle.create(inputs, context)).outputs);
    } else if (((await lifecycle.drift?.({ id: name, outputs }, context)) ?? []).length > 0) {
      state.set(name, await lifecycle.update({ id: name, outputs }, inputs, context));
    }
    fs.writeFileSync(stateFile, JSON.stringify([...state]));
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
