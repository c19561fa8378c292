import type { Context } from "../lifecycle";
import type { CloudFoundryApi } from "./api";
import type { Fields } from "./fields";

/** Annotation that says which resource of which stack made a thing. */
const annotation = "pulumi-beam-urn";

/** What to send with a creation, so that a run that was killed right after it can be taken up again. */
export function owned({ urn }: Pick<Context, "urn">) {
  return { annotations: { [annotation]: urn } };
}

/** The one that this very resource made in a run that was killed before it could say so. */
export async function leftBehind(
  api: CloudFoundryApi,
  path: string,
  query: Readonly<Record<string, string>>,
  { urn }: Pick<Context, "urn">,
): Promise<Fields | undefined> {
  const found = await api.list(path, query);
  return found.find((one) => one.optionalText("metadata", "annotations", annotation) === urn);
}
