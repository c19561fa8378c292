import assert from "node:assert/strict";
import { deploymentPercents } from "../../../components/fargate/deployment";
import { ecrRepositoryArn, imageReference } from "../../../components/fargate/image";
import { loadBalancerUrl } from "../../../components/fargate/loadBalancer";
import { foreignSubnets } from "../../../components/fargate/network";
import { size } from "../../../components/fargate/size";

/** Every pair that AWS's page lists. */
const pairs: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: [1024, 2048, 3072, 4096],
  1024: [2048, 3072, 4096, 5120, 6144, 7168, 8192],
  2048: Array.from({ length: 13 }, (_, index) => 4096 + 1024 * index),
  4096: Array.from({ length: 23 }, (_, index) => 8192 + 1024 * index),
  8192: Array.from({ length: 12 }, (_, index) => 16_384 + 4096 * index),
  16384: Array.from({ length: 12 }, (_, index) => 32_768 + 8192 * index),
};

describe("fargate sizes", () => {
  it("takes every pair that Fargate has and no other", () => {
    for (const [cpu, memories] of Object.entries(pairs)) {
      for (let memoryMiB = 256; memoryMiB <= 131_072; memoryMiB += 256) {
        const take = () => size(Number(cpu), memoryMiB);
        if (memories.includes(memoryMiB)) {
          assert.deepEqual(take(), { cpu: Number(cpu), memoryMiB });
        } else {
          assert.throws(take, /^Error: memoryMiB is \d+; allowed is /);
        }
      }
    }
  });

  it("takes no other number of CPU units", () => {
    for (const cpu of [0, 1, 128, 768, 3072, 32_768, NaN]) {
      assert.throws(() => size(cpu, 1024), /^Error: cpu is .*; allowed is 256, 512/);
    }
  });
});

describe("fargate deployments", () => {
  it("never go below the wanted number, have room for a node more, and take seven steps at most", () => {
    for (let nodes = 1; nodes <= 2000; nodes++) {
      const { minimumHealthyPercent, maximumPercent } = deploymentPercents(nodes);
      const fewest = Math.ceil((nodes * minimumHealthyPercent) / 100);
      const most = Math.floor((nodes * maximumPercent) / 100);
      assert.equal(fewest, nodes);
      assert.ok(most > nodes, `${nodes} nodes have no room`);
      assert.ok(nodes / (most - nodes) <= 7, `${nodes} nodes take too many steps`);
    }
  });
});

describe("fargate images", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const good = [
    "my_app",
    "my_app:1.2.3",
    "library/my_app",
    "localhost:5000/my_app",
    "registry.example.com/team/my_app:1.2.3",
    `registry.example.com/my_app@${digest}`,
    `registry.example.com:443/a/b/c:tag@${digest}`,
  ];
  for (const reference of good) {
    it(`takes ${reference}`, () => assert.equal(imageReference(reference), reference));
  }
  const bad = [
    "",
    " ",
    "My_App",
    "my_app:",
    "my_app@sha256:abc",
    "https://example.com/my_app",
    "my_app:1 2",
    "/my_app",
    "a//b",
  ];
  for (const reference of bad) {
    it(`refuses ${JSON.stringify(reference)}`, () =>
      assert.throws(() => imageReference(reference), /^Error: image is /));
  }

  it("knows the ECR repository of an image, and that others have none", () => {
    const host = (region: string, end = "") => `123456789012.dkr.ecr.${region}.amazonaws.com${end}`;
    assert.deepEqual(
      [
        `${host("eu-central-1")}/team/app:1`,
        `${host("eu-central-1")}/app@${digest}`,
        `${host("cn-north-1", ".cn")}/app`,
        `${host("us-gov-west-1")}/app`,
        "registry.example.com/app",
        "public.ecr.aws/team/app:1",
      ].map(ecrRepositoryArn),
      [
        "arn:aws:ecr:eu-central-1:123456789012:repository/team/app",
        "arn:aws:ecr:eu-central-1:123456789012:repository/app",
        "arn:aws-cn:ecr:cn-north-1:123456789012:repository/app",
        "arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/app",
        undefined,
        undefined,
      ],
    );
  });
});

describe("fargate network", () => {
  it("takes subnets of one VPC", () =>
    assert.equal(foreignSubnets("vpc-1", ["b", "a"], ["a", "b", "c"]), undefined));
  it("refuses those of another", () =>
    assert.equal(
      foreignSubnets("vpc-1", ["a", "x", "y"], ["a"]),
      'subnetIds is "x, y"; allowed is subnets of vpc-1: give subnets of one VPC, the one that vpcId names',
    ));
});

describe("fargate address", () => {
  it("of the load balancer says how and where", () => {
    const allowFrom = ["0.0.0.0/0"];
    assert.equal(loadBalancerUrl({ allowFrom }, "lb.example.com"), "http://lb.example.com");
    assert.equal(
      loadBalancerUrl({ allowFrom, certificateArn: "arn" }, "lb.example.com"),
      "https://lb.example.com",
    );
    assert.equal(
      loadBalancerUrl({ allowFrom, certificateArn: "arn", hostname: "example.com" }, "lb.example.com"),
      "https://example.com",
    );
  });
});
