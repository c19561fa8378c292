import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import type { Report } from "../report";
import { run } from "../run";
import { findOnPath } from "../findOnPath";
import { ensureElixir } from "./toolchain";

const project = path.join(__dirname, "..", "..", "examples", "hello_beam");
/** What `mix release` reads. */
const sources = ["mix.exs", "lib", "config", "rel"];

/**
 * Builds examples/hello_beam with `mix release` and gives the release's directory.
 *
 * The directory is named after what went into it, and gets that name only once the build is whole: there is no
 * stamp to go stale, a build that was cut short leaves nothing that looks like a release, two at once come to the
 * same end, and nodes that run an older release keep it under their feet.
 */
export async function buildHelloBeam(report: Report, home: string = project): Promise<string> {
  const known = releaseDirectory(home);
  if (existsSync(known)) return await current(known, home);

  await ensureElixir(report);
  report("Building examples/hello_beam with mix release (a few seconds)");
  await removeAbandoned(home);

  // Elixir may have been installed just now, and it is a part of the name.
  const release = releaseDirectory(home);
  await mkdir(path.dirname(release), { recursive: true });
  const building = await mkdtemp(path.join(home, "_build", `building-${process.pid}-`));
  try {
    await mixRelease(home, building);
    await rename(path.join(building, "rel"), release).catch((error: unknown) => {
      // Somebody who built the same was first.
      if (!existsSync(release)) throw error;
    });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return await current(release, home);
}

/** Points `_build/current`, the path that configuration names, at a release; in one step. */
async function current(release: string, home: string): Promise<string> {
  const link = path.join(home, "_build", "current");
  if (!existsSync(link) || realpathSync(link) !== realpathSync(release)) {
    const draft = `${link}-${randomUUID()}`;
    await symlink(path.relative(path.dirname(link), release), draft);
    await rename(draft, link);
  }
  return release;
}

async function mixRelease(home: string, building: string): Promise<void> {
  await run("mix", ["release", "--overwrite", "--quiet", "--path", path.join(building, "rel")], {
    cwd: home,
    env: {
      ...process.env,
      MIX_ENV: "prod",
      MIX_EXS: undefined,
      MIX_TARGET: undefined,
      MIX_BUILD_PATH: path.join(building, "mix"),
      // UTF-8 whatever the locale; and Ctrl-C ends mix instead of opening Erlang's break menu.
      ELIXIR_ERL_OPTIONS: `${process.env.ELIXIR_ERL_OPTIONS ?? ""} +fnu +Bd`.trim(),
    },
  });
}

/** What interrupted builds left: their directories carry the process that made them, and it is gone. */
async function removeAbandoned(home: string): Promise<void> {
  const entries = await readdir(path.join(home, "_build")).catch(() => []);
  for (const entry of entries) {
    const maker = makerOf(entry);
    if (maker === undefined || isAlive(maker)) continue;
    await rm(path.join(home, "_build", entry), { recursive: true, force: true });
  }
}

export function makerOf(entry: string): number | undefined {
  const pid = /^building-(\d+)-/.exec(entry)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function releaseDirectory(home: string): string {
  return path.join(home, "_build", "releases", fingerprint(readSources(home), toolchain(process.env)));
}

/** Names what a release is made of: its sources by content, its tools by what is cheap to know of them. */
export function fingerprint(files: ReadonlyMap<string, Buffer>, tools: readonly string[]): string {
  const hash = createHash("sha256");
  const add = (part: string | Buffer) => hash.update(`${Buffer.byteLength(part)}:`).update(part);
  for (const tool of tools) add(tool);
  for (const name of [...files.keys()].sort()) {
    add(name);
    add(files.get(name) ?? "");
  }
  return hash.digest("hex").slice(0, 16);
}

function readSources(home: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const read = (name: string): void => {
    const file = path.join(home, name);
    if (!existsSync(file)) return;
    if (statSync(file).isDirectory())
      for (const entry of readdirSync(file)) read(path.posix.join(name, entry));
    else files.set(name, readFileSync(file));
  };
  for (const name of sources) read(name);
  return files;
}

/** To ask `elixir --version` takes half a second; an upgrade also shows in the date of what is started. */
function toolchain(env: NodeJS.ProcessEnv): string[] {
  const programs = ["erl", "mix"].map((name) => {
    const program = findOnPath(name, env);
    if (!program) return `no ${name}`;
    const { size, mtimeMs } = statSync(program);
    return `${realpathSync(program)} ${size} ${mtimeMs}`;
  });
  return [process.platform, process.arch, ...programs];
}
