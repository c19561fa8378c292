import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { misuse } from "../beam/misuse";

/** A directory that `mix release` made. */
export interface Release {
  /** Absolute path of the directory. */
  readonly directory: string;
  /** Absolute path of the start script. */
  readonly command: string;
  /** Hash of what the release runs; changes with any rebuild that changes a file. */
  readonly hash: string;
}

/** Looks at a release directory, and refuses what is none. */
export function readRelease(image: string, name: string): Release {
  // Nodes run what a link points at now, not what it will point at.
  const directory = fs.existsSync(image) ? fs.realpathSync(image) : path.resolve(image);
  const command = path.join(directory, "bin", name);
  const allowed = `a directory made by mix release, with bin/${name} and releases/start_erl.data in it`;
  for (const needed of [command, path.join(directory, "releases", "start_erl.data")]) {
    if (!fs.existsSync(needed)) {
      throw misuse(
        "image",
        image,
        allowed,
        `${needed} is not there; run MIX_ENV=prod mix release, or correct the path`,
      );
    }
  }
  return { directory, command, hash: hashTree(directory, ["bin", "lib", "releases"]) };
}

/** Hashes names and contents, not times: building the same thing again changes nothing. */
function hashTree(directory: string, folders: readonly string[]): string {
  const hash = createHash("sha256");
  for (const folder of folders) {
    const files = fs.readdirSync(path.join(directory, folder), { recursive: true, withFileTypes: true });
    const names = files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath, file.name));
    for (const file of names.sort()) {
      // Each build makes a new random cookie that no node of ours runs with.
      if (path.relative(directory, file) !== path.join("releases", "COOKIE")) {
        hash
          .update(`${path.relative(directory, file)}\0`)
          .update(fs.readFileSync(file))
          .update("\0");
      }
    }
  }
  return hash.digest("hex");
}
