import type * as pulumi from "@pulumi/pulumi";

/** What the platform must have besides the space. */
export interface NeedsArgs {
  /** Domain that must exist and be internal. */
  readonly internalDomain?: pulumi.Input<string>;
  /** Domain that must exist and be public; empty for the organisation's default one. */
  readonly publicDomain?: pulumi.Input<string>;
  /** Whether the login must be let in by the policy server. */
  readonly policies?: pulumi.Input<boolean>;
}
