import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { misuse } from "../beam/misuse";

/** One file of a release that is uploaded. */
export interface ReleaseFile {
  /** Path inside the release, with forward slashes. */
  readonly name: string;
  /** Path on this machine. */
  readonly source: string;
  /** Whether it may be run. */
  readonly executable: boolean;
}

/** The files of a directory made by `mix release`, in a stable order; refuses a directory that is none. */
export function releaseFiles(directory: string, release: string): readonly ReleaseFile[] {
  for (const needed of [path.join("bin", release), path.join("releases", "start_erl.data")]) {
    if (!fs.existsSync(path.join(directory, needed))) {
      throw misuse(
        "image",
        directory,
        `a directory made by mix release, with bin/${release} and releases/start_erl.data in it`,
        `${needed} is not there; run MIX_ENV=prod mix release, or correct the path`,
      );
    }
  }
  const entries = fs.readdirSync(directory, { recursive: true, withFileTypes: true });
  const sources = entries.map((entry) => path.join(entry.parentPath, entry.name));
  return sources.sort().flatMap((source) => {
    // Follows links: an archive of the platform holds files only.
    const found = fs.statSync(source);
    const name = path.relative(directory, source).split(path.sep).join("/");
    // Each build makes a random cookie of its own, which no node of ours runs with.
    return found.isFile() && name !== "releases/COOKIE"
      ? [{ name, source, executable: (found.mode & 0o111) !== 0 }]
      : [];
  });
}

/** Changes with the name, mode or content of any file, and not with times: building the same again changes nothing. */
export function releaseHash(files: readonly ReleaseFile[]): string {
  const hash = createHash("sha256");
  for (const { name, source, executable } of files) {
    hash
      .update(`${name}\0${executable ? "x" : "-"}\0`)
      .update(fs.readFileSync(source))
      .update("\0");
  }
  return hash.digest("hex");
}
