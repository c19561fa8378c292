import type * as pulumi from "@pulumi/pulumi";

/** What every child is made with. */
export interface Scope {
  /** Name of the component, with which the names of its children begin. */
  readonly name: string;
  readonly child: { readonly parent: pulumi.Resource };
  readonly tags: Readonly<Record<string, string>>;
}
