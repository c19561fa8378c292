import { aptInstall } from "../apt";
import { findOnPath } from "../findOnPath";
import type { Report } from "../report";
import { run } from "../run";

const programs = ["mix", "erl"] as const;

/**
 * What `mix release` of hello_beam needs beside the parts that come with every Erlang: `crypto` to draw the
 * release's cookie, `runtime_tools` because the release contains it. Distributions ship both apart.
 */
const applications = ["crypto", "runtime_tools"] as const;

export interface Missing {
  readonly programs: readonly string[];
  readonly applications: readonly string[];
}

/** The machine we are on, as far as it matters here. */
export interface Machine {
  readonly env: NodeJS.ProcessEnv;
  readonly isRoot: boolean;
}

const thisMachine = (): Machine => ({ env: process.env, isRoot: process.getuid?.() === 0 });

/**
 * Makes sure that `mix` and `erl` are there, with what a release needs. Where apt-get is and we are root,
 * installs what is missing; elsewhere fails, and says what to install.
 */
export async function ensureElixir(report: Report, machine: Machine = thisMachine()): Promise<void> {
  const missing = await findMissing(machine);
  if (isComplete(missing)) return;
  if (!machine.isRoot || !findOnPath("apt-get", machine.env)) throw new Error(advice(missing));

  await aptInstall(debianPackages(missing), "Elixir and Erlang/OTP; a minute or so", report, machine.env);

  const still = await findMissing(machine);
  if (!isComplete(still)) throw new Error(advice(still));
}

async function findMissing({ env }: Machine): Promise<Missing> {
  const absent = programs.filter((program) => !findOnPath(program, env));
  if (absent.includes("erl")) return { programs: absent, applications: [] };
  const answer = await run("erl", ["-noinput", "-eval", whichAreMissing(applications)], { env });
  return { programs: absent, applications: parseMissing(answer) };
}

const isComplete = (missing: Missing) => missing.programs.length + missing.applications.length === 0;

/** The Erlang expression that writes one `missing <application>` line for each that is not there. */
export function whichAreMissing(names: readonly string[]): string {
  return (
    `[io:format("missing ~s~n", [A]) || A <- [${names.join(",")}], ` +
    `code:where_is_file(atom_to_list(A) ++ ".app") =:= non_existing], halt().`
  );
}

export function parseMissing(answer: string): string[] {
  return [...answer.matchAll(/^missing (\w+)\r?$/gm)].map(([, name = ""]) => name);
}

/** Debian has one package for Elixir, which brings an Erlang, and one for each OTP application. */
export function debianPackages(missing: Missing): string[] {
  const applicationPackages = missing.applications.map((name) => `erlang-${name.replaceAll("_", "-")}`);
  return [...(missing.programs.length > 0 ? ["elixir"] : []), ...applicationPackages];
}

/** What is missing, and what would bring it, in the words of three package managers. */
export function advice(missing: Missing): string {
  const packages = debianPackages(missing).join(" ");
  const lacks = [
    ...missing.programs.map((program) => `${program} (not on the PATH)`),
    ...missing.applications.map((name) => `the OTP application ${name}`),
  ];
  return [
    `a BEAM release needs Elixir 1.14 or later and Erlang/OTP 25 or later; this machine lacks ${lacks.join(", ")}`,
    `  Debian, Ubuntu:  apt-get install ${packages}   (as root)`,
    `  Alpine:          apk add ${packages}`,
    `  macOS:           brew install elixir`,
  ].join("\n");
}
