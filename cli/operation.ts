import { CommandError } from "@pulumi/pulumi/automation";
import type { Stack } from "@pulumi/pulumi/automation";

export interface OperationOptions {
  readonly diff?: boolean;
}

/** Runs one operation of the engine, with its own words on our output, and gives the exit status. */
export async function operation(verb: string, stack: Stack, { diff }: OperationOptions): Promise<number> {
  const stop = new AbortController();
  // A terminal sends Ctrl-C to the engine too, which then finishes what it has begun and saves the state; we
  // only have to stay until it has. A SIGTERM meets us alone, so we pass it on.
  const patience = () => process.stderr.write("\nstopping: the engine finishes what it has begun\n");
  process.on("SIGINT", patience);
  process.on("SIGTERM", () => stop.abort());
  const options = {
    diff,
    color: process.stdout.isTTY ? ("always" as const) : ("never" as const),
    onOutput: (text: string) => process.stdout.write(text),
    onError: (text: string) => process.stderr.write(text),
    signal: stop.signal,
    suppressOutputs: false,
  };
  try {
    switch (verb) {
      case "preview":
        await stack.preview(options);
        break;
      case "refresh":
        await stack.refresh(options);
        break;
      case "destroy":
        await stack.destroy(options);
        break;
      default:
        await stack.up(options);
    }
    return 0;
  } catch (error) {
    // The engine has told what went wrong already; its error repeats all of it.
    if (error instanceof CommandError) {
      return 1;
    }
    throw error;
  } finally {
    process.off("SIGINT", patience);
  }
}
