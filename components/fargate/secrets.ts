import * as ssm from "@pulumi/aws/ssm";
import * as pulumi from "@pulumi/pulumi";
import type { StoredSecret } from "./containerDefinition";
import type { Scope } from "./scope";

/** Puts each secret into a parameter of its own, encrypted, by the name of its variable. */
export function storeSecrets(
  secrets: Readonly<Record<string, pulumi.Input<string>>>,
  kmsKeyArn: pulumi.Input<string> | undefined,
  { name, child, tags }: Scope,
): ReadonlyMap<string, ssm.Parameter> {
  return new Map(
    Object.entries(secrets).map(([variable, value]) => [
      variable,
      new ssm.Parameter(
        `${name}-${variable}`,
        {
          type: "SecureString",
          description: `${variable} of the nodes of ${name}`,
          value: pulumi.secret(value),
          keyId: kmsKeyArn,
          tags,
        },
        child,
      ),
    ]),
  );
}

/** What a container definition says of them: where they lie, and which value is meant. */
export function references(
  parameters: ReadonlyMap<string, ssm.Parameter>,
): pulumi.Output<readonly StoredSecret[]> {
  return pulumi.all(
    [...parameters].map(([variable, { arn, version }]) =>
      pulumi
        .all([arn, version])
        .apply(([parameterArn, number]) => ({ variable, parameterArn, version: number })),
    ),
  );
}
