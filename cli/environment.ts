import * as fs from "node:fs";
import { misuse } from "../components/beam/misuse";

/** The environments that have a file `Pulumi.NAME.yaml`. */
export function environments(root: string): readonly string[] {
  const names = fs.readdirSync(root).map((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1]);
  return names.filter((name) => name !== undefined).sort();
}

/** Checks the name of an environment. */
export function environment(root: string, name: string): string {
  const known = environments(root);
  if (!known.includes(name)) {
    throw misuse(
      "environment",
      name,
      known.join(", "),
      `name one of these, or write Pulumi.${name}.yaml beside them`,
    );
  }
  return name;
}
