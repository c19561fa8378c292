import { misuse } from "../beam/misuse";

/** Names of apps are one part of a DNS name, and shared by all of Fly. */
export function appName(given: string | undefined, computed: string): string {
  const name = given ?? computed.toLowerCase().replace(/[^a-z0-9-]+/g, "-");
  if (!/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(name)) {
    throw misuse(
      "app",
      name,
      '2 to 63 lower-case letters, digits and "-", beginning with a letter and ending with none of "-"',
      "give a name that nobody else on Fly has",
    );
  }
  return name;
}

/** Never reused by Fly, not even after the app is gone. */
export function networkName(name: string | undefined): string | undefined {
  if (name !== undefined && !/^[A-Za-z][A-Za-z0-9-]{0,62}$/.test(name)) {
    throw misuse(
      "network",
      name,
      'letters, digits and "-", beginning with a letter',
      "rename it, or leave it out to be in the organisation's network",
    );
  }
  return name;
}
