import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as yaml from "yaml";
import { Cookie } from "../../../components";
import { stackConfig } from "../../../stacks/config";
import { fargate } from "../../../stacks/fargate";
import { deploy, type Answers } from "../../../testing";
import { aws } from "./support";

const root = path.join(__dirname, "..", "..", "..");
const read = (file: string): unknown => yaml.parse(fs.readFileSync(path.join(root, file), "utf8"));

/** The configuration of an environment, with the defaults that Pulumi.yaml gives, as the engine would hand it over. */
function configure(changes: Readonly<Record<string, unknown>> = {}): void {
  const project = read("Pulumi.yaml") as { config: Record<string, { default: unknown }> };
  const environment = read("Pulumi.fargate.yaml") as { config: Record<string, unknown> };
  const defaults = Object.entries(project.config).map(([key, { default: value }]) => [key, value]);
  const own = Object.entries(environment.config).map(([key, value]) => [
    key.replace("pulumi-beam:", ""),
    value,
  ]);
  const merged = { ...Object.fromEntries([...defaults, ...own]), ...changes } as Record<string, unknown>;
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(merged).map(([key, value]) => [`project:${key}`, String(value)])),
  );
}

describe("fargate stack", () => {
  afterEach(() => pulumi.runtime.setAllConfig({}));

  /** A stack's program gives no way to see its components' options; what reaches the provider is enough here. */
  async function run(changes?: Readonly<Record<string, unknown>>) {
    const declared: { type: string; inputs: Readonly<Record<string, unknown>> }[] = [];
    const outputs: Answers["outputs"] = (type, name, inputs) => {
      declared.push({ type, inputs });
      return aws.outputs?.(type, name, inputs) ?? {};
    };
    await deploy(
      async () => {
        configure(changes);
        fargate(stackConfig(), new Cookie("cookie"));
        await pulumi.runtime.disconnect();
      },
      { ...aws, outputs },
    );
    return (type: string) => declared.filter((one) => one.type === type).map(({ inputs }) => inputs);
  }

  it("runs with the environment's file as it is", async () => {
    const inputsOf = await run();
    const [service] = inputsOf("aws:ecs/service:Service");
    assert.equal(service?.desiredCount, 2);
    assert.deepEqual(service.networkConfiguration, {
      assignPublicIp: true,
      securityGroups: ["beam-nodes-id"],
      subnets: ["subnet-a", "subnet-b"],
    });
    assert.deepEqual(inputsOf("aws:lb/loadBalancer:LoadBalancer"), []);
  });

  it("takes what its keys say", async () => {
    const inputsOf = await run({
      fargateSubnetIds: "subnet-a, subnet-b",
      fargatePublicIp: false,
      fargateAllowFrom: "10.0.0.0/8",
      fargateCertificateArn: "arn:certificate",
      fargateArchitecture: "ARM64",
      fargateMaxNodes: 6,
      fargateNamespace: "prod.internal",
    });
    assert.deepEqual(inputsOf("aws:ecs/service:Service")[0]?.networkConfiguration, {
      assignPublicIp: false,
      securityGroups: ["beam-nodes-id"],
      subnets: ["subnet-a", "subnet-b"],
    });
    assert.equal(inputsOf("aws:lb/listener:Listener").length, 2);
    assert.equal(inputsOf("aws:appautoscaling/target:Target")[0]?.maxCapacity, 6);
    assert.deepEqual(inputsOf("aws:ecs/taskDefinition:TaskDefinition")[0]?.runtimePlatform, {
      operatingSystemFamily: "LINUX",
      cpuArchitecture: "ARM64",
    });
  });

  it("refuses a processor that it does not know", () =>
    assert.rejects(run({ fargateArchitecture: "MIPS" }), /fargateArchitecture/));
});
