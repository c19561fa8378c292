import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { cookieValue } from "../beam/cookieValue";
import { nodeBasename } from "../beam/nodeName";
import type { PortPolicy } from "../beam/portPolicy";
import { shellQuote } from "../beam/shell";
import type { BeamCluster } from "../cluster";
import { App } from "./app";
import { Certificate } from "./certificate";
import { IpAddress } from "./ipAddress";
import { machineConfig, type MachineConfig } from "./machineConfig";
import { Machines } from "./machines";
import { NetworkPolicy, policyPorts } from "./networkPolicy";
import { peersCommand, releaseCommand } from "./peersCommand";
import { Secrets } from "./secrets";
import { flySpec, imageReference, type FlyClusterArgs, type FlySpec } from "./spec";

/**
 * A cluster of BEAM nodes on Fly Machines, in one region or several.
 *
 * Nodes find each other by the app's `.internal` name, over IPv6, in the organisation's private network or one of
 * the cluster's own. Whatever changes them rolls the machines: the first alone, then `maxUnavailable` at a time,
 * each of which must be healthy and see its peers before the next goes down.
 */
export class FlyCluster extends pulumi.ComponentResource implements BeamCluster {
  readonly cookie: pulumi.Output<string>;
  readonly nodeBasename: pulumi.Output<string>;
  readonly dnsQuery: pulumi.Output<string>;
  readonly ports: pulumi.Output<PortPolicy>;
  /** Opens IEx on a node, through `fly ssh console`. */
  readonly remoteConsole: pulumi.Output<string>;
  /** Evaluates one expression on the first node, through the Machines API's exec; needs no WireGuard. */
  readonly remoteEval: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly app: App;
  readonly secrets: Secrets;
  readonly machines: Machines;
  /** In the order of `addresses`. */
  readonly addresses: readonly IpAddress[];
  /** In the order of `hostnames`; their `dnsRequirements` say which records to make. */
  readonly certificates: readonly Certificate[];
  /** None unless asked for. */
  readonly networkPolicy: NetworkPolicy | undefined;

  constructor(name: string, args: FlyClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beam:index:FlyCluster", name, {}, opts);
    const spec = flySpec(name, args);
    const image = pulumi.output(args.image).apply(imageReference);

    this.cookie = pulumi.secret(pulumi.output(args.cookie).apply(cookieValue));
    this.nodeBasename = image.apply((given) => nodeBasename(spec.release, spec.isolation, given));
    this.dnsQuery = pulumi.output(`${spec.app}.internal`);
    this.ports = pulumi.output(spec.ports);
    this.url = pulumi.output(urlOf(spec));

    this.app = this.ownApp(name, spec);
    this.secrets = this.ownSecrets(name, spec);
    this.networkPolicy = this.ownPolicy(name, spec);
    this.machines = this.ownMachines(name, spec, image);
    this.addresses = this.ownAddresses(name, spec);
    this.certificates = this.ownCertificates(name, spec);

    this.remoteConsole = pulumi.interpolate`${remoteConsole(spec)}`;
    this.remoteEval = this.machines.machines.apply((all) => remoteEval(spec, all[0]?.id));
    this.registerOutputs({
      cookie: this.cookie,
      nodeBasename: this.nodeBasename,
      dnsQuery: this.dnsQuery,
      ports: this.ports,
      remoteConsole: this.remoteConsole,
      remoteEval: this.remoteEval,
      url: this.url,
    });
  }

  private ownApp(name: string, { app, organization, network, slots }: FlySpec): App {
    const regions = [...new Set(slots.map(({ region }) => region))];
    return new App(`${name}-app`, { name: app, organization, network, regions }, { parent: this });
  }

  private ownSecrets(name: string, spec: FlySpec): Secrets {
    const values = { ...spec.secrets, RELEASE_COOKIE: this.cookie };
    return new Secrets(`${name}-secrets`, { app: this.app.name, values }, { parent: this });
  }

  private ownPolicy(name: string, spec: FlySpec): NetworkPolicy | undefined {
    const ports = policyPorts(spec.ports, spec.http?.port);
    return spec.networkPolicy
      ? new NetworkPolicy(
          `${name}-policy`,
          { app: this.app.name, name: `${name}-cluster`, ports },
          { parent: this },
        )
      : undefined;
  }

  private ownMachines(name: string, spec: FlySpec, image: pulumi.Output<string>): Machines {
    const { releasePath, release } = spec;
    return new Machines(
      `${name}-machines`,
      {
        app: this.app.name,
        owner: `${pulumi.getProject()}/${pulumi.getStack()}/${name}`,
        slots: spec.slots,
        config: this.machineConfig(spec, image),
        cohort: pulumi
          .all([this.nodeBasename, this.secrets.digests])
          .apply(([basename, digests]) => cohort(spec.ports, basename, digests.RELEASE_COOKIE)),
        secretsVersion: this.secrets.version,
        generation: this.networkPolicy?.policyId,
        volume: spec.volume,
        maxUnavailable: spec.maxUnavailable,
        peersCommand: spec.peerCheck ? peersCommand(releasePath, release) : undefined,
        startTimeoutSeconds: spec.startTimeoutSeconds,
      },
      { parent: this },
    );
  }

  private machineConfig(spec: FlySpec, image: pulumi.Output<string>): pulumi.Output<MachineConfig> {
    const env: Record<string, pulumi.Input<string>> = spec.env;
    return pulumi
      .all([image, this.nodeBasename, pulumi.output(env)])
      .apply(([given, basename, plain]) => machineConfig(spec, given, basename, plain));
  }

  private ownAddresses(name: string, { addresses, network }: FlySpec): readonly IpAddress[] {
    return addresses.map(
      (kind) =>
        new IpAddress(
          `${name}-${kind}`,
          // A private address is reached from the organisation's network unless told otherwise.
          { app: this.app.name, kind, network: kind === "private_v6" ? network : undefined },
          { parent: this },
        ),
    );
  }

  private ownCertificates(name: string, { hostnames }: FlySpec): readonly Certificate[] {
    return hostnames.map(
      (hostname) =>
        new Certificate(
          `${name}-${hostname}`,
          { app: this.app.name, hostname },
          { parent: this, dependsOn: [...this.addresses] },
        ),
    );
  }
}

/** Nodes that agree in these meet; a changed cookie shows by Fly's digest of it, never by its value. */
function cohort(ports: PortPolicy, basename: string, cookieDigest: string | undefined): string {
  const via = ports.epmd ? `epmd ${ports.epmdPort}` : `port ${ports.distPorts.first}`;
  return createHash("sha256")
    .update(`${basename} ${via} ${cookieDigest ?? ""}`)
    .digest("hex")
    .slice(0, 10);
}

function urlOf({ http, published, app, hostnames }: FlySpec): string {
  if (http === undefined) {
    return "";
  }
  return published ? `https://${hostnames[0] ?? `${app}.fly.dev`}` : `http://${app}.internal:${http.port}`;
}

/** `fly ssh` runs its command without a shell, so the one we need is named. */
function remoteConsole({ app, releasePath, release }: FlySpec): string {
  const command = releaseCommand(releasePath, release, "remote").map(shellQuote).join(" ");
  return `fly ssh console --app ${app} --pty --command ${shellQuote(command)}`;
}

function remoteEval({ app, releasePath, release }: FlySpec, machine: string | undefined): string {
  const command = releaseCommand(releasePath, release, "rpc", "IO.inspect([node() | Node.list()])");
  return `fly machine exec --app ${app} ${machine ?? "MACHINE"} ${shellQuote(command.map(shellQuote).join(" "))}`;
}
