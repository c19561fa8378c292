import * as pulumi from "@pulumi/pulumi";
import { FargateCluster, type BeamCluster, type Cookie } from "../components";
import type { StackConfig } from "./config";

/** Nodes on ECS Fargate. */
export function fargate({ cluster }: StackConfig, cookie: Cookie): BeamCluster {
  const config = new pulumi.Config();
  const given = (key: string) => config.require(key) || undefined;
  const list = (key: string) =>
    given(key)
      ?.split(",")
      .map((one) => one.trim());
  const allowFrom = list("fargateAllowFrom");
  const maxNodes = config.requireNumber("fargateMaxNodes");
  return new FargateCluster("beam", {
    ...cluster,
    cookie: cookie.value,
    vpcId: given("fargateVpcId"),
    subnetIds: list("fargateSubnetIds"),
    assignPublicIp: config.requireBoolean("fargatePublicIp"),
    ecsCluster: given("fargateEcsCluster"),
    namespace: given("fargateNamespace"),
    cpu: config.requireNumber("fargateCpu"),
    memoryMiB: config.requireNumber("fargateMemoryMiB"),
    cpuArchitecture: config.require<"X86_64" | "ARM64">("fargateArchitecture", {
      allowedValues: ["X86_64", "ARM64"],
    }),
    autoscaling: maxNodes === 0 ? undefined : { maxNodes },
    loadBalancer: allowFrom && { allowFrom, certificateArn: given("fargateCertificateArn") },
  });
}
