import type { Report } from "../report";

/** Thrown by a source that has nothing to offer, which is worth no line of its own. */
export class Absent extends Error {}

/** A place where an engine may come from. */
export interface Source<T> {
  readonly name: string;
  get(): Promise<T>;
}

export interface Sources<T> {
  readonly onPath: Source<T>;
  readonly cached: Source<T>;
  readonly official: Source<T>;
  readonly built: Source<T>;
}

/** What the choice needs from the world around it. */
export interface Surroundings<T> {
  readonly report: Report;
  readonly signal: AbortSignal;
  /** Lets one process at a time install or build. */
  readonly alone: (work: () => Promise<T>) => Promise<T>;
}

/** The first engine to be had: what is there before what is downloaded, and that before what takes minutes. */
export async function chooseEngine<T>(
  sources: Sources<T>,
  { report, signal, alone }: Surroundings<T>,
): Promise<T> {
  const failures = new Map<string, string>();
  const first = async (among: readonly Source<T>[]): Promise<T | undefined> => {
    for (const source of among) {
      try {
        return await source.get();
      } catch (error) {
        signal.throwIfAborted();
        const why = error instanceof Error ? error.message : String(error);
        failures.set(source.name, why);
        if (!(error instanceof Absent)) report(`${source.name}: ${why}`);
      }
    }
    return undefined;
  };
  const { onPath, cached, official, built } = sources;
  // Once the lock is ours another process may have filled the cache.
  return (
    (await first([onPath, cached])) ??
    (await alone(async () => {
      const made = await first([cached, official, built]);
      if (made === undefined) throw new Error(explain(failures));
      return made;
    }))
  );
}

function explain(failures: ReadonlyMap<string, string>): string {
  const tried = Array.from(failures, ([name, why]) => `  - ${name}: ${why.replaceAll("\n", "\n      ")}`);
  return [
    "there is no Pulumi engine on this machine, and none could be brought in:",
    ...tried,
    "Install Pulumi (https://www.pulumi.com/docs/install/), or Go 1.25 or newer (https://go.dev/doc/install) to have it built here; then try again.",
  ].join("\n");
}
