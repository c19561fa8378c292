import type { Failure } from "../lifecycle";
import type { CloudFoundryApi } from "./api";
import { askPolicyServer } from "./networkPolicy";
import { domain, spaceGuid, wrongDomain } from "./places";

/** What else of the platform a resource is of no use without, checked with it, before anything is made. */
export type Needs = {
  internalDomain?: string;
  /** Empty for the organisation's default domain. */
  publicDomain?: string;
  /** Whether the login must be let in by the policy server. */
  policies?: boolean;
};

/** The package schema of it. */
export const needsSchema = {
  type: "object",
  properties: {
    internalDomain: { type: "string" },
    publicDomain: { type: "string" },
    policies: { type: "boolean" },
  },
};

/** Asks the platform for everything that must be there; what is not is thrown, with what there is instead. */
export async function missing(
  api: CloudFoundryApi,
  { org, space, needs = {} }: { org?: string; space?: string; needs?: Needs },
): Promise<readonly Failure[]> {
  if (org === undefined || space === undefined) {
    return [];
  }
  await spaceGuid(api, { org, space });
  const domains = [
    { name: needs.internalDomain, internal: true },
    { name: needs.publicDomain, internal: false },
  ];
  const wrong: Failure[] = [];
  for (const { name, internal } of domains) {
    if (name !== undefined) {
      const reason = wrongDomain(await domain(api, name === "" ? undefined : name, org), internal);
      wrong.push(...(reason === undefined ? [] : [{ property: "needs", reason }]));
    }
  }
  if (needs.policies === true) {
    await askPolicyServer(api);
  }
  return wrong;
}
