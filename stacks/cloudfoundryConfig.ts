import * as pulumi from "@pulumi/pulumi";
import { CloudFoundryCookiePlace, CloudFoundrySource, type CloudFoundryClusterArgs } from "../components";
import { misuse } from "../components/beam/misuse";

type Own = Pick<CloudFoundryClusterArgs, "org" | "space"> & Partial<CloudFoundryClusterArgs>;

/** Keys of Pulumi.yaml that begin with `cf`. An empty text or 0 stands for the component's default. */
export function cloudFoundryConfig(config = new pulumi.Config()): Own {
  const text = (key: string) => config.require(key) || undefined;
  const number = (key: string) => config.requireNumber(key) || undefined;
  const oneOf = <Value extends string>(key: string, known: Readonly<Record<string, Value>>): Value => {
    const given = config.require(key);
    const found = Object.values(known).find((value) => value === given);
    if (found === undefined) {
      throw misuse(key, given, Object.values(known).join(" or "), "correct the environment's configuration");
    }
    return found;
  };
  return {
    org: config.require("cfOrg"),
    space: config.require("cfSpace"),
    app: text("cfApp"),
    source: oneOf("cfSource", CloudFoundrySource),
    releasePath: text("cfReleasePath"),
    memoryMiB: number("cfMemoryMib"),
    diskMiB: number("cfDiskMib"),
    domain: text("cfDomain"),
    host: text("cfHost"),
    internalDomain: text("cfInternalDomain"),
    internalHost: text("cfInternalHost"),
    cookieIn: oneOf("cfCookieIn", CloudFoundryCookiePlace),
    maxPoliciesPerApp: number("cfMaxPoliciesPerApp"),
  };
}
