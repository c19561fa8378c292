import * as pulumi from "@pulumi/pulumi";
import { openPorts, type PortPolicy } from "../beam/portPolicy";

export interface NetworkPolicyArgs {
  /** The app whose machines it closes. Changing it replaces the policy. */
  readonly app: pulumi.Input<string>;
  /** Its name within the app. Changing it replaces the policy. */
  readonly name: pulumi.Input<string>;
  /** TCP ports that stay open within the private network. Changing them updates the policy. */
  readonly ports: pulumi.Input<pulumi.Input<number>[]>;
}

/**
 * Closes the machines of an app to their private network but for some ports. It knows ports and no peers: whoever
 * is in the network may come in at those. Fly's proxy is not held back by it.
 */
export class NetworkPolicy extends pulumi.CustomResource {
  declare readonly ports: pulumi.Output<number[]>;
  declare readonly policyId: pulumi.Output<string>;

  constructor(name: string, args: NetworkPolicyArgs, opts?: pulumi.CustomResourceOptions) {
    super("beam:fly:NetworkPolicy", name, { ...args, policyId: undefined }, opts);
  }
}

/** Every port by itself: the cluster's own, and the one that serves HTTP. */
export function policyPorts(policy: PortPolicy, httpPort: number | undefined): number[] {
  const cluster = openPorts(policy).flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, offset) => first + offset),
  );
  return httpPort === undefined ? cluster : [...cluster, httpPort];
}
