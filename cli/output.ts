import type { OutputMap } from "@pulumi/pulumi/automation";
import { misuse } from "../components/beam/misuse";

/** All outputs as JSON, or the bare value of one. Secrets are masked unless asked for. */
export function shownOutput(outputs: OutputMap, name: string | undefined, showSecrets: boolean): string {
  const values = Object.entries(outputs).map(([key, { value, secret }]): [string, unknown] => [
    key,
    secret && !showSecrets ? "[secret]" : value,
  ]);
  if (name === undefined) {
    return JSON.stringify(Object.fromEntries(values), undefined, 2);
  }
  const found = values.find(([key]) => key === name);
  if (found === undefined) {
    const known = values.map(([key]) => key).join(", ");
    throw misuse(
      "output",
      name,
      known === "" ? "nothing yet" : known,
      "name one of these, or run `npm run up` first",
    );
  }
  return typeof found[1] === "string" ? found[1] : JSON.stringify(found[1], undefined, 2);
}
