import type { Failure } from "../lifecycle";
import type { AppInputs } from "./appInputs";

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
