import assert from "node:assert/strict";
import type { FargateClusterArgs } from "../../../components";
import { cluster } from "./support";

const http = { port: 4000 };

describe("fargate misuse", () => {
  const refused: [string, Partial<FargateClusterArgs>, RegExp][] = [
    ["no nodes", { nodes: 0 }, /^nodes is 0; allowed is a whole number of at least 1: give/],
    [
      "CPU units that Fargate lacks",
      { cpu: 600 },
      /^cpu is 600; allowed is 256, 512, 1024, 2048, 4096, 8192, 16384: 1024 units are one vCPU$/,
    ],
    [
      "memory that does not go with the CPU units",
      { cpu: 1024, memoryMiB: 1024 },
      /^memoryMiB is 1024; allowed is 2048 to 8192 in steps of 1024, with 1024 CPU units: choose a pair/,
    ],
    [
      "an image that is none",
      { image: "my app" },
      /^image is "my app"; allowed is a container image reference: give/,
    ],
    [
      "an image behind a scheme",
      { image: "https://example.com/app" },
      /^image is "https:\/\/example.com\/app"; allowed/,
    ],
    [
      "a namespace that is no DNS name",
      { namespace: "prod internal" },
      /^namespace is "prod internal"; allowed is a DNS name/,
    ],
    [
      "a namespace of one label",
      { namespace: "local" },
      /^namespace is "local"; allowed is a DNS name of two labels or more.*: give one such as prod\.internal$/,
    ],
    [
      "an existing namespace whose name is no DNS name",
      { existingNamespace: { id: "ns-1", name: "-" } },
      /^existingNamespace\.name is "-"; allowed is a DNS name/,
    ],
    [
      "a new and an existing namespace at once",
      { namespace: "prod.internal", existingNamespace: { id: "ns-1", name: "prod.internal" } },
      /^namespace is "prod\.internal"; allowed is nothing where existingNamespace is given: keep one of the two$/,
    ],
    [
      "a load balancer of its own and an existing target group at once",
      {
        http,
        loadBalancer: { allowFrom: ["0.0.0.0/0"] },
        targetGroup: { arn: "arn:t", securityGroupId: "sg" },
      },
      /^loadBalancer is "given"; allowed is nothing where targetGroup is given/,
    ],
    [
      "a load balancer without HTTP",
      { loadBalancer: { allowFrom: ["0.0.0.0/0"] } },
      /^http is missing; allowed is given where there is a loadBalancer: say on which port/,
    ],
    [
      "a target group without HTTP",
      { targetGroup: { arn: "arn:t", securityGroupId: "sg" } },
      /^http is missing; allowed is given where there is a targetGroup/,
    ],
    [
      "a load balancer that nobody may visit",
      { http, loadBalancer: { allowFrom: [] } },
      /^loadBalancer\.allowFrom is \[\]; allowed is one range of addresses or more/,
    ],
    [
      "visitors who are no block of addresses",
      { http, loadBalancer: { allowFrom: ["everybody"] } },
      /^loadBalancer\.allowFrom\[0\] is "everybody"; allowed is a block of addresses such as 10\.0\.0\.0\/16/,
    ],
    [
      "an idle timeout that no load balancer has",
      { http, loadBalancer: { allowFrom: ["0.0.0.0/0"], idleTimeoutSeconds: 4001 } },
      /^loadBalancer\.idleTimeoutSeconds is 4001; allowed is a whole number from 1 to 4000/,
    ],
    ["a VPC without subnets", { vpcId: "vpc-1" }, /^subnetIds is missing; allowed is subnets of the VPC/],
    ["no subnets at all", { subnetIds: [] }, /^subnetIds is \[\]; allowed is one subnet or more/],
    [
      "a health check path without its slash",
      { http: { port: 4000, healthCheckPath: "health" } },
      /^http\.healthCheckPath is "health"; allowed/,
    ],
    [
      "an HTTP port among the cluster's own",
      { http: { port: 9005 } },
      /^http\.port is 9005; allowed is a port outside distPorts \(9000-9010\)/,
    ],
    [
      "epmd within the range",
      { ports: { epmdPort: 9000 } },
      /^ports\.epmdPort is 9000; allowed is a port outside distPorts/,
    ],
    [
      "a range without epmd",
      { ports: { epmd: false, distPorts: { first: 9000, last: 9001 } } },
      /^ports\.distPorts is "9000-9001"; allowed is exactly one port/,
    ],
    [
      "a root that is read-only while ECS Exec writes to it",
      { readonlyRootFilesystem: true },
      /^readonlyRootFilesystem is true; allowed is false while ECS Exec is on.*: set enableExecuteCommand to false/,
    ],
    [
      "peers of which one listens elsewhere for epmd",
      { peers: [{ name: "worker", securityGroupId: "sg", ports: { epmdPort: 4370 } }] },
      /^peers\[0\]\.ports is "epmd on 4370"; allowed is a policy that also uses epmd on 4369/,
    ],
    [
      "a peer without epmd beside nodes with it",
      { peers: [{ name: "worker", securityGroupId: "sg", ports: { epmd: false } }] },
      /^peers\[0\]\.ports is "port 9000 without epmd"; allowed/,
    ],
    [
      "two peers of one name",
      {
        peers: [
          { name: "worker", securityGroupId: "sg-1" },
          { name: "worker", securityGroupId: "sg-2" },
        ],
      },
      /^peers\[1\]\.name is "worker"; allowed is a name that no other peer has/,
    ],
    [
      "a peer whose nodes are found under no DNS name",
      { peers: [{ name: "worker", securityGroupId: "sg", dnsQuery: "the worker" }] },
      /^peers\[0\]\.dnsQuery is "the worker"; allowed is a DNS name/,
    ],
    [
      "a peer whose name is no word",
      { peers: [{ name: "The Worker", securityGroupId: "sg" }] },
      /^peers\[0\]\.name is "The Worker"; allowed is a word/,
    ],
    [
      "egress to what is no block of addresses",
      { egress: [{ name: "db", cidr: "10.0.0.0/33", port: 5432 }] },
      /^egress\[0\]\.cidr is "10\.0\.0\.0\/33"; allowed/,
    ],
    [
      "egress to no port",
      { egress: [{ name: "db", cidr: "10.0.0.0/24", port: 0 }] },
      /^egress\[0\]\.port is 0; allowed is a whole number from 1 to 65535/,
    ],
    [
      "a retention CloudWatch lacks",
      { logRetentionDays: 10 },
      /^logRetentionDays is 10; allowed is 1, 3, 5, 7, 14/,
    ],
    [
      "a stop timeout Fargate lacks",
      { stopTimeoutSeconds: 121 },
      /^stopTimeoutSeconds is 121; allowed is a whole number from 2 to 120/,
    ],
    [
      "fewer nodes at most than at least",
      { nodes: 3, autoscaling: { maxNodes: 2 } },
      /^autoscaling\.maxNodes is 2; allowed is a whole number from 3 to/,
    ],
    [
      "a mix without Spot",
      { capacityMix: { onDemandBase: 1, spotWeight: 0 } },
      /^capacityMix\.spotWeight is 0; allowed is 1 to 1000: leave capacityMix out/,
    ],
    ["a path that is none", { releasePath: "app/" }, /^releasePath is "app\/"; allowed is an absolute path/],
    [
      "a label that is none",
      { discoveryName: "my.app" },
      /^discoveryName is "my\.app"; allowed is one DNS label/,
    ],
    [
      "a processor nobody builds for",
      { cpuArchitecture: "arm64" as "ARM64" },
      /^cpuArchitecture is "arm64"; allowed is X86_64 or ARM64/,
    ],
    [
      "a cookie through the environment",
      { env: { RELEASE_COOKIE: "x" } },
      /^env is "RELEASE_COOKIE"; allowed is names other than/,
    ],
  ];
  for (const [what, args, message] of refused) {
    it(`refuses ${what} before it declares a resource`, () => assert.rejects(cluster(args), { message }));
  }
});
