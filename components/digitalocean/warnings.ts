import type { DropletClusterArgs } from "./args";
import { Gate } from "./joined";
import type { DropletSpec } from "./spec";

/** What is allowed, and still better known before it happens. */
export function warnings(spec: DropletSpec, args: DropletClusterArgs): readonly string[] {
  const found: string[] = [];
  if (spec.gate === Gate.None && args.gate === undefined && spec.nodes > 1) {
    found.push(
      "droplets are replaced one after the other, but nothing proves that one is up before the next: " +
        "open SSH to the machine that runs pulumi (sshSources), or set gate to none to say that you know",
    );
  }
  if (spec.plan.network === "public") {
    found.push(
      `addressing is ${args.addressing ?? ""}: what the nodes say to each other leaves the VPC unencrypted, unless the release ` +
        "uses TLS distribution; choose private where all droplets share a VPC",
    );
  }
  return found;
}
