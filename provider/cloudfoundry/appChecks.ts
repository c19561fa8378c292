import type { Failure } from "../lifecycle";
import type { CloudFoundryApi } from "./api";
import type { AppInputs } from "./appInputs";
import { askPolicyServer } from "./networkPolicy";
import { domain, spaceGuid, wrongDomain } from "./places";

/** What the platform would refuse, told before anything is made. Inputs that are not known yet are absent. */
export function appProblems(inputs: Partial<AppInputs>): readonly Failure[] {
  const { instances, memoryMiB, diskMiB, env = {}, secrets = {} } = inputs;
  const sizes = { instances, memoryMiB, diskMiB };
  return [
    ...Object.entries(sizes)
      .filter(([, value]) => value !== undefined && (!Number.isInteger(value) || value < 1))
      .map(([property, value]) => ({
        property,
        reason: `${property} is ${JSON.stringify(value)}; allowed is a whole number of at least 1: the API takes ${
          property === "instances" ? "a count" : "MiB, such as 1024 for 1 GiB"
        }`,
      })),
    ...Object.entries({ env, secrets }).flatMap(([property, variables]) =>
      Object.keys(variables)
        .filter((name) => name === "PORT" || name.startsWith("VCAP_"))
        .map((name) => ({
          property,
          reason: `${property} is "${name}"; allowed is names other than PORT and VCAP_…: the platform sets those itself`,
        })),
    ),
  ];
}

/** Asks the platform for everything that must be there; what is not is thrown, with what there is instead. */
export async function missing(
  api: CloudFoundryApi,
  { org, space, needs = {} }: Partial<AppInputs>,
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
