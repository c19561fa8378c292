import * as lb from "@pulumi/aws/lb";
import type * as pulumi from "@pulumi/pulumi";
import type { HttpArgs } from "../cluster";
import type { FargateClusterArgs, FargateLoadBalancerArgs } from "./args";
import type { Network } from "./network";
import type { Scope } from "./scope";
import type { FargateSpec } from "./spec";

export interface LoadBalancer {
  readonly loadBalancer: lb.LoadBalancer;
  readonly targetGroup: lb.TargetGroup;
  /** ECS takes a target group only once one of these forwards to it. */
  readonly listeners: readonly lb.Listener[];
}

/** An application load balancer in front of the nodes; plain HTTP is redirected where there is a certificate. */
export function loadBalancer(
  { loadBalancer: args }: FargateClusterArgs,
  spec: FargateSpec,
  network: Network,
  securityGroupId: pulumi.Output<string>,
  scope: Scope,
): LoadBalancer | undefined {
  const { http } = spec.cluster;
  if (args === undefined || http === undefined || spec.loadBalancer === undefined) {
    return undefined;
  }
  const { name, child, tags } = scope;
  const balancer = new lb.LoadBalancer(
    `${name}-lb`,
    {
      internal: args.internal ?? false,
      subnets: args.subnetIds ?? network.subnetIds,
      securityGroups: [securityGroupId],
      idleTimeout: spec.loadBalancer.idleTimeoutSeconds,
      dropInvalidHeaderFields: true,
      tags,
    },
    child,
  );
  const targetGroup = targets(args, http, network, scope);
  const forward = [{ type: "forward", targetGroupArn: targetGroup.arn }];
  const listener = (word: string, rest: Omit<lb.ListenerArgs, "loadBalancerArn" | "tags">) =>
    new lb.Listener(`${name}-${word}`, { loadBalancerArn: balancer.arn, tags, ...rest }, child);
  if (args.certificateArn === undefined) {
    const plain = listener("http", { port: 80, protocol: "HTTP", defaultActions: forward });
    return { loadBalancer: balancer, targetGroup, listeners: [plain] };
  }
  const https = listener("https", {
    port: 443,
    protocol: "HTTPS",
    certificateArn: args.certificateArn,
    // TLS 1.2 and 1.3: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    defaultActions: forward,
  });
  const redirect = { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" };
  const plain = listener("http", {
    port: 80,
    protocol: "HTTP",
    defaultActions: [{ type: "redirect", redirect }],
  });
  return { loadBalancer: balancer, targetGroup, listeners: [https, plain] };
}

function targets(
  args: FargateLoadBalancerArgs,
  http: HttpArgs,
  network: Network,
  { name, child, tags }: Scope,
): lb.TargetGroup {
  return new lb.TargetGroup(
    `${name}-targets`,
    {
      targetType: "ip",
      protocol: "HTTP",
      port: http.port,
      vpcId: network.vpcId,
      deregistrationDelay: 60,
      // Without a path of its own the release is asked for /, and anything but a server's error will do.
      healthCheck: {
        path: http.healthCheckPath ?? "/",
        matcher: http.healthCheckPath === undefined ? "200-499" : "200-299",
        interval: 15,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
      stickiness: { type: "lb_cookie", enabled: args.stickiness ?? true, cookieDuration: 86_400 },
      tags,
    },
    child,
  );
}

/** Where visitors find it. */
export function loadBalancerUrl(args: FargateLoadBalancerArgs, dnsName: string): string {
  return `${args.certificateArn === undefined ? "http" : "https"}://${args.hostname ?? dnsName}`;
}
