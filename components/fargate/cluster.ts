import { getRegionOutput } from "@pulumi/aws/getRegion";
import * as cloudwatch from "@pulumi/aws/cloudwatch";
import type * as ec2 from "@pulumi/aws/ec2";
import type * as ecs from "@pulumi/aws/ecs";
import type * as ssm from "@pulumi/aws/ssm";
import * as pulumi from "@pulumi/pulumi";
import { cookieValue } from "../beam/cookieValue";
import { nodeBasename } from "../beam/nodeName";
import type { PortPolicy } from "../beam/portPolicy";
import type { BeamCluster } from "../cluster";
import type { FargateClusterArgs } from "./args";
import { remoteConsole } from "./console";
import { discovery, type Discovery } from "./discovery";
import { ecsCluster } from "./ecsCluster";
import { imageReference } from "./image";
import { loadBalancer, loadBalancerUrl, type LoadBalancer } from "./loadBalancer";
import { network } from "./network";
import { roles, type Roles } from "./roles";
import type { Scope } from "./scope";
import { storeSecrets } from "./secrets";
import { openings, securityGroup, type RuleResource } from "./securityGroups";
import { autoscale, service } from "./service";
import { fargateSpec, type FargateSpec } from "./spec";
import { taskDefinition } from "./taskDefinition";
import { warnings } from "./warnings";

/**
 * A cluster of BEAM nodes as the tasks of one ECS service on Fargate.
 *
 * They find each other through a name in a private DNS namespace of Cloud Map, and reach each other on the cluster's
 * ports alone. The cookie and the secrets are encrypted parameters of SSM that ECS hands to the tasks.
 */
export class FargateCluster extends pulumi.ComponentResource implements BeamCluster {
  readonly cookie: pulumi.Output<string>;
  readonly nodeBasename: pulumi.Output<string>;
  readonly dnsQuery: pulumi.Output<string>;
  readonly ports: pulumi.Output<PortPolicy>;
  /** Needs the AWS CLI with its Session Manager plugin; empty where ECS Exec is off. */
  readonly remoteConsole: pulumi.Output<string>;
  /** Where visitors find the load balancer; empty where the cluster has none of its own. */
  readonly url: pulumi.Output<string>;
  /** Name or ARN of the ECS cluster. */
  readonly ecsCluster: pulumi.Output<string>;
  /** Security group of the nodes; hand it to a cluster that has this one as its peer. */
  readonly securityGroup: ec2.SecurityGroup;
  readonly rules: readonly RuleResource[];
  readonly discovery: Discovery;
  /** The parameters with the cookie and the secrets, by the name of their variable. */
  readonly parameters: ReadonlyMap<string, ssm.Parameter>;
  readonly logGroup: cloudwatch.LogGroup;
  /** Attach policies to `roles.task` for what the release asks of AWS. */
  readonly roles: Roles;
  readonly taskDefinition: ecs.TaskDefinition;
  readonly loadBalancer: LoadBalancer | undefined;
  readonly service: ecs.Service;

  constructor(name: string, args: FargateClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beam:index:FargateCluster", name, {}, opts);
    const spec = fargateSpec(args, name, pulumi.getStack());
    const { release, isolation, secrets } = spec.cluster;
    this.warn(args, spec);

    const image = pulumi.output(args.image).apply(imageReference);
    const region = getRegionOutput({}, { parent: this }).region;
    const net = network(args, { parent: this });
    const scope: Scope = { name, child: { parent: this }, tags: spec.tags };
    const cluster = ecsCluster(args.ecsCluster, scope);
    const lbGroup = spec.loadBalancer && securityGroup("lb", `Load balancer of ${name}`, net.vpcId, scope);
    const visitors = lbGroup?.id ?? args.targetGroup?.securityGroupId;

    this.ecsCluster = cluster.id;
    this.cookie = pulumi.secret(pulumi.output(args.cookie).apply(cookieValue));
    this.nodeBasename = image.apply((reference) => nodeBasename(release, isolation, reference));
    this.securityGroup = securityGroup("nodes", `Nodes of ${name}`, net.vpcId, scope);
    this.rules = openings(args, spec, this.securityGroup.id, visitors, scope);
    this.discovery = discovery(spec, args.existingNamespace, net.vpcId, scope);
    this.parameters = storeSecrets({ ...secrets, RELEASE_COOKIE: this.cookie }, args.kmsKeyArn, scope);
    this.logGroup = logGroup(spec, scope);
    const { parameters, logGroup: logs, nodeBasename: basename } = this;
    this.roles = roles({ image, parameters, logs, kmsKeyArn: args.kmsKeyArn, exec: spec.exec }, scope);
    this.taskDefinition = taskDefinition(
      { spec, image, nodeBasename: basename, parameters, logGroup: logs.name, region, roles: this.roles },
      scope,
    );
    this.loadBalancer = lbGroup && loadBalancer(args, spec, net, lbGroup.id, scope);
    this.service = service(
      {
        spec,
        cluster: cluster.id,
        taskDefinitionArn: this.taskDefinition.arn,
        network: net,
        assignPublicIp: args.assignPublicIp ?? false,
        securityGroupId: this.securityGroup.id,
        registryArn: this.discovery.service.arn,
        targetGroupArn: this.loadBalancer?.targetGroup.arn ?? args.targetGroup?.arn,
        after: [
          ...cluster.after,
          ...this.roles.policies,
          ...this.rules,
          ...(this.loadBalancer?.listeners ?? []),
        ],
      },
      scope,
    );
    autoscale(cluster.id, this.service, spec, scope);

    this.dnsQuery = pulumi.output(spec.discovery.query);
    this.ports = pulumi.output(spec.cluster.ports);
    this.remoteConsole = this.console(spec, region);
    this.url = this.visitorsUrl(args);
    this.registerOutputs({
      cookie: this.cookie,
      nodeBasename: this.nodeBasename,
      dnsQuery: this.dnsQuery,
      ports: this.ports,
      remoteConsole: this.remoteConsole,
      url: this.url,
      // For `status`, which asks the nodes through ECS Exec.
      exec: {
        region,
        cluster: this.ecsCluster,
        service: this.service.name,
        container: release,
        releasePath: spec.releasePath,
      },
    });
  }

  private warn(args: FargateClusterArgs, spec: FargateSpec): void {
    for (const text of warnings(args, spec)) {
      void pulumi.log.warn(text, this);
    }
  }

  private console(spec: FargateSpec, region: pulumi.Output<string>): pulumi.Output<string> {
    return spec.exec
      ? pulumi
          .output({ region, cluster: this.ecsCluster, service: this.service.name })
          .apply((where) =>
            remoteConsole({ ...where, container: spec.cluster.release, releasePath: spec.releasePath }),
          )
      : pulumi.output("");
  }

  private visitorsUrl({ loadBalancer: args }: FargateClusterArgs): pulumi.Output<string> {
    return args === undefined || this.loadBalancer === undefined
      ? pulumi.output("")
      : this.loadBalancer.loadBalancer.dnsName.apply((dnsName) => loadBalancerUrl(args, dnsName));
  }
}

function logGroup({ logRetentionDays }: FargateSpec, { name, child, tags }: Scope): cloudwatch.LogGroup {
  return new cloudwatch.LogGroup(`${name}-logs`, { retentionInDays: logRetentionDays, tags }, child);
}
