import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { cookieValue } from "../beam/cookieValue";
import { misuse } from "../beam/misuse";
import { nodeBasename } from "../beam/nodeName";
import type { PortPolicy } from "../beam/portPolicy";
import type { BeamCluster } from "../cluster";
import { App } from "./app";
import { CookiePlace, type CloudFoundryClusterArgs } from "./args";
import { boot, healthCheck, isDirectory, needs, plainEnvironment } from "./boot";
import { cookieKey, releaseCommand, sshCommand } from "./command";
import { NetworkPolicy } from "./networkPolicy";
import { guidOf, policyRules } from "./policies";
import { releaseFiles, releaseHash } from "./releaseDirectory";
import { Route } from "./route";
import { settings, type Settings } from "./settings";
import { UserProvidedService } from "./userProvidedService";

/**
 * A cluster of BEAM nodes on Cloud Foundry: the instances of one app, which find each other by an internal route
 * and reach each other by network policies.
 *
 * It creates an `App`, the policies, an internal `Route`, a public one where `http` is given, and a
 * `UserProvidedService` where the cookie is to live in one. Updates are rolling deployments, cancelled on failure.
 */
export class CloudFoundryCluster extends pulumi.ComponentResource implements BeamCluster {
  readonly cookie: pulumi.Output<string>;
  readonly nodeBasename: pulumi.Output<string>;
  readonly dnsQuery: pulumi.Output<string>;
  readonly ports: pulumi.Output<PortPolicy>;
  readonly remoteConsole: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  /** Guid of the app, by which another cluster names this one as its peer. */
  readonly appGuid: pulumi.Output<string>;
  /** The service that holds the cookie, where one does. */
  readonly cookieService: UserProvidedService | undefined;
  readonly app: App;
  readonly policies: readonly NetworkPolicy[];
  readonly internalRoute: Route;
  readonly publicRoute: Route | undefined;

  constructor(name: string, args: CloudFoundryClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beam:index:CloudFoundryCluster", name, {}, opts);
    const given = settings(name, args);
    const release = isDirectory(given) ? directory(args.image, given) : undefined;
    const identity = pulumi.output(release?.contentHash ?? args.image);

    this.cookie = pulumi.secret(pulumi.output(args.cookie).apply(cookieValue));
    this.cookieService = this.service(name, given);
    this.app = this.instances(name, given, args, release, identity);
    this.appGuid = this.app.guid;
    this.policies = this.openPorts(name, given);
    this.internalRoute = this.route(`${name}-internal`, given, given.internal, true);
    this.publicRoute = given.public && this.route(`${name}-public`, given, given.public, false);

    this.nodeBasename = identity.apply((what) =>
      nodeBasename(given.spec.release, given.spec.isolation, what),
    );
    this.dnsQuery = pulumi.output(given.internal.query);
    this.ports = pulumi.output(given.spec.ports);
    this.remoteConsole = pulumi.output(
      sshCommand(given.app, 0, releaseCommand(given.releasePath, given.spec.release, "remote"), true),
    );
    this.url =
      this.publicRoute === undefined
        ? pulumi.output("")
        : pulumi.interpolate`https://${this.publicRoute.url}`;
    this.registerOutputs({
      cookie: this.cookie,
      nodeBasename: this.nodeBasename,
      dnsQuery: this.dnsQuery,
      ports: this.ports,
      remoteConsole: this.remoteConsole,
      url: this.url,
      appGuid: this.appGuid,
    });
  }

  private service(name: string, given: Settings): UserProvidedService | undefined {
    const { cookieIn, org, space, app } = given;
    return cookieIn === CookiePlace.Service
      ? new UserProvidedService(
          `${name}-cookie`,
          {
            org,
            space,
            name: `${app}-cookie`,
            credentials: { [cookieKey]: this.cookie },
            needs: needs(given),
          },
          { parent: this },
        )
      : undefined;
  }

  private instances(
    name: string,
    given: Settings,
    { image, registryUser, registryPassword, startTimeoutSeconds }: CloudFoundryClusterArgs,
    release: Uploaded | undefined,
    identity: pulumi.Output<string>,
  ): App {
    const { spec, org, space, app, memoryMiB, diskMiB, releasePath } = given;
    const { cookieService } = this;
    return new App(
      `${name}-app`,
      {
        org,
        space,
        name: app,
        ...(release ?? { image }),
        registryUser,
        registryPassword,
        command: releaseCommand(releasePath, spec.release, "start"),
        env: {
          ...plainEnvironment(given),
          BEAM_BOOT: identity.apply((what) => boot(given, what)),
          ...spec.env,
        },
        secrets: { ...(cookieService === undefined ? { RELEASE_COOKIE: this.cookie } : {}), ...spec.secrets },
        services:
          cookieService === undefined ? [] : [{ guid: cookieService.guid, revision: cookieService.revision }],
        instances: spec.nodes,
        memoryMiB,
        diskMiB,
        healthCheck: healthCheck(given),
        startTimeoutSeconds,
        needs: needs(given),
      },
      { parent: this },
    );
  }

  private openPorts(name: string, { app, spec, peers }: Settings): readonly NetworkPolicy[] {
    return policyRules(app, spec.ports, peers).map(
      ({ word, source, destination, ...rule }) =>
        new NetworkPolicy(
          `${name}-${word}`,
          {
            source: guidOf(source, this.app.guid, peers),
            destination: guidOf(destination, this.app.guid, peers),
            ...rule,
          },
          { parent: this },
        ),
    );
  }

  private route(
    name: string,
    { org, space }: Settings,
    { host, domain }: { readonly host: string; readonly domain?: string },
    internal: boolean,
  ): Route {
    return new Route(name, { org, space, host, domain, internal, app: this.app.guid }, { parent: this });
  }
}

/** A release on this machine, as the app is told of it. */
interface Uploaded {
  readonly directory: string;
  readonly release: string;
  readonly contentHash: string;
}

function directory(image: pulumi.Input<string>, { spec }: Settings): Uploaded {
  if (typeof image !== "string") {
    throw misuse(
      "image",
      "an output",
      "a plain path where source is directory",
      "build the release before the program runs, and give its path",
    );
  }
  const place = path.resolve(image);
  return {
    directory: place,
    release: spec.release,
    contentHash: releaseHash(releaseFiles(place, spec.release)),
  };
}
