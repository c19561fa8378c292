import { misuse } from "../beam/misuse";

/** Name of the volume of a slot: the API takes no dash, and at most 30 characters. */
export function volumeName(slot: string): string {
  const name = slot.replaceAll("-", "_");
  if (name.length > 30) {
    throw misuse(
      "name",
      slot,
      "at most 30 characters with region and number where nodes have volumes",
      "give the component a shorter name",
    );
  }
  return name;
}
