import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Isolation } from "../../../components";
import { all, inTheClear, mockCookie, one, valueOf } from "../../../testing";
import { cluster, container, image } from "./support";

const http = { port: 4000, healthCheckPath: "/health" };
const loadBalancer = { allowFrom: ["0.0.0.0/0"] };
const untaggable = [
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:appautoscaling/policy:Policy",
];

describe("fargate cluster", () => {
  it("declares exactly what its page says, all of it its children", async () => {
    const { resources } = await cluster();
    const own = resources.filter(({ type }) => type.startsWith("aws:"));
    assert.deepEqual(
      own.map(({ type, name, parent }) => [type.split(":").at(-1), name, parent]),
      [
        ["Cluster", "web-cluster", "web"],
        ["ClusterCapacityProviders", "web-capacity", "web"],
        ["SecurityGroup", "web-nodes", "web"],
        ["SecurityGroupIngressRule", "web-epmd-in", "web"],
        ["SecurityGroupEgressRule", "web-epmd-out", "web"],
        ["SecurityGroupIngressRule", "web-distribution-in", "web"],
        ["SecurityGroupEgressRule", "web-distribution-out", "web"],
        ["SecurityGroupEgressRule", "web-https-out", "web"],
        ["PrivateDnsNamespace", "web-namespace", "web"],
        ["Service", "web-discovery", "web"],
        ["Parameter", "web-RELEASE_COOKIE", "web"],
        ["LogGroup", "web-logs", "web"],
        ["Role", "web-execution", "web"],
        ["Role", "web-task", "web"],
        ["RolePolicy", "web-execution", "web"],
        ["RolePolicy", "web-exec", "web"],
        ["TaskDefinition", "web-task", "web"],
        ["Service", "web-service", "web"],
      ],
    );
  });

  it("shows the cookie and the secrets nowhere in the clear", async () => {
    const { resources, result } = await cluster({ secrets: { API_KEY: "a-secret-key" }, http, loadBalancer });
    assert.deepEqual(inTheClear(resources, mockCookie), []);
    assert.deepEqual(inTheClear(resources, "a-secret-key"), []);
    const holding = resources.filter(({ inputs }) => JSON.stringify(inputs).includes(mockCookie));
    assert.deepEqual(
      holding.map(({ type, name, inputs, secrets }) => [type, name, inputs.type, secrets]),
      [["aws:ssm/parameter:Parameter", "web-RELEASE_COOKIE", "SecureString", ["value"]]],
    );
    assert.equal(await pulumi.isSecret(result.cookie), true);
    assert.equal(await valueOf(result.cookie), mockCookie);
  });

  it("takes the account's default VPC, with its subnets in a stable order", async () => {
    const { resources } = await cluster();
    assert.equal(one(resources, "aws:ec2/securityGroup:SecurityGroup").inputs.vpcId, "vpc-default");
    assert.deepEqual(one(resources, "aws:ecs/service:Service").inputs.networkConfiguration, {
      assignPublicIp: true,
      securityGroups: ["web-nodes-id"],
      subnets: ["subnet-a", "subnet-b"],
    });
  });

  it("takes an existing VPC, subnets, ECS cluster and namespace, and makes none of its own", async () => {
    const { resources } = await cluster({
      vpcId: "vpc-1",
      subnetIds: ["subnet-a"],
      assignPublicIp: undefined,
      ecsCluster: "arn:aws:ecs:eu-central-1:123456789012:cluster/shared",
      existingNamespace: { id: "ns-1", name: "organization.local" },
      discoveryName: "myapp",
    });
    const service = one(resources, "aws:ecs/service:Service");
    assert.equal(service.inputs.cluster, "arn:aws:ecs:eu-central-1:123456789012:cluster/shared");
    assert.deepEqual(service.inputs.networkConfiguration, {
      assignPublicIp: false,
      securityGroups: ["web-nodes-id"],
      subnets: ["subnet-a"],
    });
    assert.equal(one(resources, "aws:ec2/securityGroup:SecurityGroup").inputs.vpcId, "vpc-1");
    for (const type of ["ecs/cluster:Cluster", "servicediscovery/privateDnsNamespace:PrivateDnsNamespace"]) {
      assert.deepEqual(all(resources, `aws:${type}`), []);
    }
    const discovery = one(resources, "aws:servicediscovery/service:Service").inputs;
    assert.deepEqual(
      [discovery.name, discovery.dnsConfig],
      ["myapp", { namespaceId: "ns-1", routingPolicy: "MULTIVALUE", dnsRecords: [{ type: "A", ttl: 10 }] }],
    );
  });

  it("finds the VPC of subnets that are given alone", async () => {
    const { resources } = await cluster({ subnetIds: ["subnet-a"] });
    assert.equal(one(resources, "aws:ec2/securityGroup:SecurityGroup").inputs.vpcId, "vpc-1");
  });

  it("registers nodes so that no plan replaces the registry and no destroy meets a namespace in use", async () => {
    const { resources } = await cluster();
    const registry = one(resources, "aws:servicediscovery/service:Service");
    assert.deepEqual(registry.inputs, {
      name: "my-app",
      description: "Addresses of the nodes of web",
      dnsConfig: {
        namespaceId: "web-namespace-id",
        routingPolicy: "MULTIVALUE",
        dnsRecords: [{ type: "A", ttl: 10 }],
      },
      healthCheckCustomConfig: { failureThreshold: 1 },
      forceDestroy: true,
      tags: {},
    });
    assert.deepEqual(registry.options.ignoreChanges, ["healthCheckCustomConfig"]);
    const namespace = one(resources, "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace");
    assert.deepEqual(namespace.inputs, {
      name: "web-stack.internal",
      vpc: "vpc-default",
      description: "Nodes of web",
      tags: {},
    });
    assert.deepEqual(one(resources, "aws:ecs/service:Service").inputs.serviceRegistries, {
      registryArn: "arn:aws:servicediscovery:eu-central-1:123456789012:web-discovery",
    });
  });

  it("keeps the service whole through a deployment, waits for it, and rolls back", async () => {
    const { resources } = await cluster({ nodes: 3 });
    const { inputs, options, dependsOn } = one(resources, "aws:ecs/service:Service");
    assert.deepEqual(inputs, {
      cluster: "arn:aws:ecs:eu-central-1:123456789012:web-cluster",
      taskDefinition: "arn:aws:ecs:eu-central-1:123456789012:web-task",
      desiredCount: 3,
      launchType: "FARGATE",
      networkConfiguration: {
        assignPublicIp: true,
        securityGroups: ["web-nodes-id"],
        subnets: ["subnet-a", "subnet-b"],
      },
      serviceRegistries: {
        registryArn: "arn:aws:servicediscovery:eu-central-1:123456789012:web-discovery",
      },
      enableExecuteCommand: true,
      healthCheckGracePeriodSeconds: 60,
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 134,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      waitForSteadyState: true,
      propagateTags: "SERVICE",
      enableEcsManagedTags: true,
      tags: {},
    });
    assert.deepEqual(options.ignoreChanges, []);
    assert.deepEqual(options.customTimeouts, { create: "40m", update: "40m" });
    assert.deepEqual([...dependsOn].sort(), [
      "web-capacity",
      "web-distribution-in",
      "web-distribution-out",
      "web-epmd-in",
      "web-epmd-out",
      "web-exec",
      "web-execution",
      "web-https-out",
    ]);
  });

  it("mixes in Fargate Spot", async () => {
    const { resources } = await cluster({
      nodes: 4,
      capacityMix: { onDemandBase: 2, onDemandWeight: 1, spotWeight: 3 },
    });
    const { inputs } = one(resources, "aws:ecs/service:Service");
    assert.equal(inputs.launchType, undefined);
    assert.deepEqual(inputs.capacityProviderStrategies, [
      { capacityProvider: "FARGATE", base: 2, weight: 1 },
      { capacityProvider: "FARGATE_SPOT", base: 0, weight: 3 },
    ]);
    assert.deepEqual(one(resources, "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders").inputs, {
      clusterName: "web-cluster-0000000",
      capacityProviders: ["FARGATE", "FARGATE_SPOT"],
    });
  });

  it("leaves the number of nodes to autoscaling where that is on", async () => {
    const { resources } = await cluster({
      nodes: 2,
      autoscaling: { maxNodes: 6, cpuPercent: 50 },
      ecsCluster: "arn:aws:ecs:eu-central-1:123456789012:cluster/shared",
    });
    assert.deepEqual(one(resources, "aws:ecs/service:Service").options.ignoreChanges, ["desiredCount"]);
    const target = {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: "service/shared/web-service-0000000",
    };
    assert.deepEqual(one(resources, "aws:appautoscaling/target:Target").inputs, {
      ...target,
      minCapacity: 2,
      maxCapacity: 6,
      tags: {},
    });
    assert.deepEqual(one(resources, "aws:appautoscaling/policy:Policy").inputs, {
      ...target,
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
        targetValue: 50,
        scaleOutCooldown: 60,
        scaleInCooldown: 300,
      },
    });
  });

  it("describes the task: size, architecture, roles, and a family of the stack's own", async () => {
    const { resources } = await cluster({ cpu: 1024, memoryMiB: 2048, cpuArchitecture: "ARM64" });
    const { containerDefinitions, ...rest } = one(resources, "aws:ecs/taskDefinition:TaskDefinition").inputs;
    assert.equal((JSON.parse(String(containerDefinitions)) as unknown[]).length, 1);
    assert.deepEqual(rest, {
      family: "web-stack",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "1024",
      memory: "2048",
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "ARM64" },
      executionRoleArn: "arn:aws:iam:eu-central-1:123456789012:web-execution",
      taskRoleArn: "arn:aws:iam:eu-central-1:123456789012:web-task",
      tags: {},
    });
  });

  it("puts its tags on everything that takes tags", async () => {
    const tags = { team: "beam" };
    const { resources } = await cluster({
      tags,
      http,
      loadBalancer,
      autoscaling: { maxNodes: 4 },
      secrets: { KEY: "x" },
    });
    const own = resources.filter(({ type }) => type.startsWith("aws:"));
    const bare = own.filter(({ inputs }) => !("tags" in inputs)).map(({ type }) => type);
    assert.deepEqual([...new Set(bare)].sort(), [...untaggable].sort());
    for (const { name, inputs } of own.filter(({ type }) => !untaggable.includes(type))) {
      assert.deepEqual(inputs.tags, tags, name);
    }
  });

  it("keeps logs for as long as asked", async () => {
    const { resources } = await cluster({ logRetentionDays: 7 });
    assert.deepEqual(one(resources, "aws:cloudwatch/logGroup:LogGroup").inputs, {
      retentionInDays: 7,
      tags: {},
    });
  });

  it("promises the same outputs as every target", async () => {
    const { result } = await cluster({ isolation: Isolation.Release });
    assert.match(await valueOf(result.nodeBasename), /^my_app-[0-9a-f]{10}$/);
    assert.equal(await valueOf(result.dnsQuery), "my-app.web-stack.internal");
    assert.equal(await valueOf(result.url), "");
    assert.deepEqual(await valueOf(result.ports), {
      epmd: true,
      epmdPort: 4369,
      distPorts: { first: 9000, last: 9010 },
    });
    assert.match(await valueOf(result.remoteConsole), /^aws ecs execute-command /);
    const plain = await cluster();
    assert.equal(await valueOf(plain.result.nodeBasename), "my_app");
  });

  it("gives up console and permissions where ECS Exec is off", async () => {
    const { resources, result } = await cluster({ enableExecuteCommand: false });
    assert.equal(await valueOf(result.remoteConsole), "");
    assert.equal(one(resources, "aws:ecs/service:Service").inputs.enableExecuteCommand, false);
    assert.deepEqual(
      all(resources, "aws:iam/rolePolicy:RolePolicy").map(({ name }) => name),
      ["web-execution"],
    );
  });

  it("runs the image as it is given", async () => {
    const { resources } = await cluster();
    assert.equal(container(resources).image, image);
  });
});
