import type * as pulumi from "@pulumi/pulumi";
import type * as digitalocean from "@pulumi/digitalocean";
import type { HttpArgs } from "../cluster";
import type { LoadBalancerArgs } from "./args";

/** A load balancer that finds its droplets by tag and sends them HTTP, with TLS ended in front where asked. */
export function loadBalancerArgs(
  tag: string,
  http: HttpArgs,
  args: LoadBalancerArgs,
  place: { readonly region: pulumi.Input<string>; readonly vpcUuid: pulumi.Input<string> | undefined },
): digitalocean.LoadBalancerArgs {
  const target = { targetProtocol: "http", targetPort: http.port };
  const { certificateName, stickySessions = false, sizeUnit = 1 } = args;
  return {
    region: place.region,
    vpcUuid: place.vpcUuid,
    dropletTag: tag,
    sizeUnit,
    forwardingRules:
      certificateName === undefined
        ? [{ entryProtocol: "http", entryPort: 80, ...target }]
        : [{ entryProtocol: "https", entryPort: 443, ...target, certificateName }],
    redirectHttpToHttps: certificateName !== undefined,
    healthcheck:
      http.healthCheckPath === undefined
        ? { protocol: "tcp", port: http.port, ...checkTimes }
        : { protocol: "http", port: http.port, path: http.healthCheckPath, ...checkTimes },
    // Said also where there are none: what is left out keeps its last value.
    stickySessions: stickySessions
      ? { type: "cookies", cookieName: "beam-node", cookieTtlSeconds: 3600 }
      : { type: "none" },
  };
}

/** A node is out after 15 s and back after 10 s. */
const checkTimes = {
  checkIntervalSeconds: 5,
  responseTimeoutSeconds: 4,
  unhealthyThreshold: 3,
  healthyThreshold: 2,
};
