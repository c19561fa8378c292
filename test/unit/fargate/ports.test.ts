import assert from "node:assert/strict";
import type { FargateClusterArgs } from "../../../components";
import type { Declared } from "../../../testing";
import { cluster } from "./support";

const http = { port: 4000, healthCheckPath: "/health" };

/** `direction of: ports other`, for every rule. */
function shown(resources: readonly Declared[]): readonly string[] {
  return resources
    .filter(({ type }) => type.startsWith("aws:vpc/securityGroup"))
    .map(({ type, inputs }) => {
      const direction = type.includes("Ingress") ? "into" : "out of";
      const other = inputs.referencedSecurityGroupId ?? inputs.cidrIpv4 ?? inputs.cidrIpv6;
      return `${direction} ${String(inputs.securityGroupId)}: ${String(inputs.ipProtocol)} ${String(inputs.fromPort)}-${String(inputs.toPort)} ${String(other)}`;
    })
    .sort();
}

const amongNodes = [
  "into web-nodes-id: tcp 4369-4369 web-nodes-id",
  "into web-nodes-id: tcp 9000-9010 web-nodes-id",
  "out of web-nodes-id: tcp 4369-4369 web-nodes-id",
  "out of web-nodes-id: tcp 9000-9010 web-nodes-id",
];
const toTheWorld = "out of web-nodes-id: tcp 443-443 0.0.0.0/0";

describe("fargate rules", () => {
  const table: [string, Partial<FargateClusterArgs>, readonly string[]][] = [
    [
      "opens epmd and the range to the nodes themselves and nothing to anyone else",
      {},
      [...amongNodes, toTheWorld],
    ],
    [
      "opens one port and no epmd where there is none",
      { ports: { epmd: false, distPorts: { first: 9100, last: 9100 } } },
      [
        "into web-nodes-id: tcp 9100-9100 web-nodes-id",
        "out of web-nodes-id: tcp 9100-9100 web-nodes-id",
        toTheWorld,
      ],
    ],
    [
      "opens other ports where others are asked for",
      { ports: { epmdPort: 5000, distPorts: { first: 9100, last: 9155 } } },
      [
        "into web-nodes-id: tcp 5000-5000 web-nodes-id",
        "into web-nodes-id: tcp 9100-9155 web-nodes-id",
        "out of web-nodes-id: tcp 5000-5000 web-nodes-id",
        "out of web-nodes-id: tcp 9100-9155 web-nodes-id",
        toTheWorld,
      ],
    ],
    ["keeps the HTTP port closed where no load balancer comes for it", { http }, [...amongNodes, toTheWorld]],
    [
      "lets only the load balancer to the HTTP port, and it only there",
      { http, loadBalancer: { allowFrom: ["10.0.0.0/8", "2001:db8::/32"] } },
      [
        ...amongNodes,
        toTheWorld,
        "into web-nodes-id: tcp 4000-4000 web-lb-id",
        "out of web-lb-id: tcp 4000-4000 web-nodes-id",
        "into web-lb-id: tcp 80-80 10.0.0.0/8",
        "into web-lb-id: tcp 80-80 2001:db8::/32",
      ],
    ],
    [
      "opens HTTPS too where there is a certificate",
      { http, loadBalancer: { allowFrom: ["10.0.0.0/8"], certificateArn: "arn:certificate" } },
      [
        ...amongNodes,
        toTheWorld,
        "into web-nodes-id: tcp 4000-4000 web-lb-id",
        "out of web-lb-id: tcp 4000-4000 web-nodes-id",
        "into web-lb-id: tcp 80-80 10.0.0.0/8",
        "into web-lb-id: tcp 443-443 10.0.0.0/8",
      ],
    ],
    [
      "lets the load balancer of an existing target group in, and leaves its group alone",
      { http, targetGroup: { arn: "arn:targets", securityGroupId: "sg-lb" } },
      [...amongNodes, toTheWorld, "into web-nodes-id: tcp 4000-4000 sg-lb"],
    ],
    [
      "opens both sides of a pair of peers, on each side's own ports",
      {
        peers: [
          { name: "worker", securityGroupId: "sg-worker", ports: { distPorts: { first: 9500, last: 9501 } } },
        ],
      },
      [
        ...amongNodes,
        toTheWorld,
        "into web-nodes-id: tcp 4369-4369 sg-worker",
        "into web-nodes-id: tcp 9000-9010 sg-worker",
        "out of sg-worker: tcp 4369-4369 web-nodes-id",
        "out of sg-worker: tcp 9000-9010 web-nodes-id",
        "into sg-worker: tcp 4369-4369 web-nodes-id",
        "into sg-worker: tcp 9500-9501 web-nodes-id",
        "out of web-nodes-id: tcp 4369-4369 sg-worker",
        "out of web-nodes-id: tcp 9500-9501 sg-worker",
      ],
    ],
    [
      "lets nodes out only where they are told to",
      { egress: [{ name: "database", cidr: "10.0.3.0/24", port: 5432 }] },
      [...amongNodes, "out of web-nodes-id: tcp 5432-5432 10.0.3.0/24"],
    ],
    ["lets nodes out nowhere where that is asked for", { egress: [] }, amongNodes],
  ];
  for (const [title, args, expected] of table) {
    it(title, async () => {
      const { resources } = await cluster(args);
      assert.deepEqual(shown(resources), [...expected].sort());
    });
  }

  it("names and describes each rule, in letters that EC2 takes", async () => {
    const { resources } = await cluster({
      http,
      loadBalancer: { allowFrom: ["10.0.0.0/8"] },
      peers: [
        { name: "worker", securityGroupId: "sg-worker" },
        { name: "cron", securityGroupId: "sg-cron" },
      ],
    });
    const rules = resources.filter(({ type }) => type.startsWith("aws:vpc/securityGroup"));
    assert.equal(new Set(rules.map(({ type, name }) => `${type} ${name}`)).size, rules.length);
    for (const { name, inputs } of rules) {
      // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
      assert.match(String(inputs.description), /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{10,255}$/, name);
    }
  });

  it("puts no rule into a group itself, where it would fight with rules of other stacks", async () => {
    const { resources } = await cluster({ http, loadBalancer: { allowFrom: ["10.0.0.0/8"] } });
    for (const { inputs } of resources.filter(({ type }) => type === "aws:ec2/securityGroup:SecurityGroup")) {
      assert.deepEqual(Object.keys(inputs).sort(), ["description", "tags", "vpcId"]);
    }
  });
});
