import * as pulumi from "@pulumi/pulumi";
import { bootScript } from "../beam/bootScript";
import { nodeBasename } from "../beam/nodeName";
import { cloudInit, type CloudInitSpec } from "./cloudInit";
import { libclusterDroplet } from "./discovery";
import { homeDirectory } from "./scripts";
import type { DropletSpec } from "./spec";
import { checksum, type Workload } from "./workload";

/** The part of the nodes' names before the `@`. */
export function basenameOf({ release, isolation, workload }: DropletSpec): pulumi.Output<string> {
  const content = workload.kind === "image" ? workload.image : workload.sha256;
  return pulumi.output(content).apply((known) => nodeBasename(release, isolation, known));
}

/**
 * What makes a droplet a node, the same for every droplet of a cluster, so that scaling touches none of the
 * others. It holds the cookie and the secrets, and so is secret as a whole.
 */
export function userData(
  spec: DropletSpec,
  cookie: pulumi.Input<string>,
  basename: pulumi.Input<string>,
): pulumi.Output<string> {
  const { discovery, env, secrets } = spec;
  const token = discovery.kind === "tag" ? discovery.token : undefined;
  const inputs = pulumi.all([
    workloadInputs(spec.workload),
    cookie,
    basename,
    token,
    pulumi.all(env),
    pulumi.all(secrets),
  ]);
  return pulumi.secret(
    inputs.apply(([workload, knownCookie, knownBasename, knownToken, knownEnv, knownSecrets]) =>
      cloudInit({
        ...workload,
        plan: spec.plan,
        env: {
          ...(spec.http === undefined ? {} : { PORT: String(spec.http.port), PHX_SERVER: "true" }),
          // A release wants to write beside itself, and may not.
          ...(workload.workload.kind === "tarball" ? { RELEASE_TMP: `${homeDirectory}/tmp` } : {}),
          ...(knownToken === undefined
            ? {}
            : {
                DIGITALOCEAN_TOKEN: knownToken,
                ...libclusterDroplet(spec.tag, knownBasename, spec.plan, spec.ports),
              }),
          ...knownEnv,
          ...knownSecrets,
          RELEASE_COOKIE: knownCookie,
          BEAM_BOOT: boot(spec, knownBasename),
        },
      }),
    ),
  );
}

function boot({ ports, plan, discovery }: DropletSpec, basename: string): string {
  return bootScript({
    basename,
    ports,
    family: plan.family,
    address: {
      sh: 'echo "${BEAM_ADDRESS-}"',
      looksAt: "BEAM_ADDRESS, which beam.service takes from the droplet's metadata",
    },
    ...(discovery.kind === "dns" ? { dnsQuery: discovery.query } : {}),
  });
}

type KnownInputs = Pick<CloudInitSpec, "workload" | "url" | "registry">;

/** What is run, once its inputs are known. */
function workloadInputs(workload: Workload): pulumi.Output<KnownInputs> {
  if (workload.kind === "tarball") {
    const { kind, command, url, sha256 } = workload;
    return pulumi.all([url, sha256]).apply(([knownUrl, sum]) => ({
      workload: { kind, command, sha256: checksum(sum) },
      url: knownUrl,
    }));
  }
  const { kind, command, user, registry } = workload;
  return pulumi
    .all([workload.image, registry === undefined ? undefined : pulumi.output(registry)])
    .apply(([image, login]) => ({ workload: { kind, command, user, image }, registry: login }));
}
