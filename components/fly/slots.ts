import { misuse } from "../beam/misuse";

/** A place for one machine: whatever runs there has this name, which is unique in the app. */
export type Slot = { name: string; region: string };

/**
 * Spreads the nodes over the regions in turn, and numbers them within each region: adding a node or a region
 * then leaves all other machines where they are, as far as the numbers allow.
 */
export function slots(cluster: string, nodes: number, regions: readonly string[]): Slot[] {
  const count = regions.length;
  const placed = regions.flatMap((region, place) =>
    Array.from({ length: Math.floor((nodes - place + count - 1) / count) }, (_, index) => ({
      name: `${cluster}-${region}-${index + 1}`,
      region,
    })),
  );
  for (const { name } of placed) {
    if (!/^[a-z0-9-]{1,63}$/.test(name)) {
      throw misuse(
        "name",
        cluster,
        'lower-case letters, digits and "-", short enough that its machines\' names (such as ' +
          `${name}) stay within 63 characters`,
        "rename the component",
      );
    }
  }
  return placed;
}

/** Checks the form alone; which regions there are the API tells. */
export function regionList(regions: readonly string[] | undefined): readonly string[] {
  const given = regions ?? defaultRegions;
  const odd = given.find((region) => !/^[a-z]{3}$/.test(region));
  if (odd !== undefined || given.length === 0) {
    throw misuse(
      "regions",
      odd ?? given,
      "codes of three lower-case letters, at least one",
      "give codes that `fly platform regions` lists, such as ams",
    );
  }
  const twice = given.find((region, index) => given.indexOf(region) !== index);
  if (twice !== undefined) {
    throw misuse("regions", twice, "each region once", "nodes are spread evenly: raise `nodes` instead");
  }
  return given;
}

/** Fly's own default of old. */
export const defaultRegions: readonly string[] = ["iad"];
