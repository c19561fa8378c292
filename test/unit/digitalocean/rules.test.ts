import assert from "node:assert/strict";
import type { DropletClusterArgs } from "../../../components";
import { one } from "../../../testing";
import { dropletCluster } from "../../support/droplets";

const firewall = async (args: Partial<DropletClusterArgs>) => {
  const { resources } = await dropletCluster({ tag: "web", ...args });
  const { inputs, secrets } = one(resources, "digitalocean:index/firewall:Firewall");
  assert.deepEqual(secrets, []);
  return inputs as { inboundRules: object[]; outboundRules: object[]; tags: string[] };
};

const anywhere = ["0.0.0.0/0", "::/0"];
const distribution = (end: object) => [
  { protocol: "tcp", portRange: "4369", ...end },
  { protocol: "tcp", portRange: "9000-9010", ...end },
];
const always = [
  { protocol: "udp", portRange: "53", destinationAddresses: anywhere },
  { protocol: "tcp", portRange: "53", destinationAddresses: anywhere },
  { protocol: "udp", portRange: "123", destinationAddresses: anywhere },
  { protocol: "tcp", portRange: "80", destinationAddresses: anywhere },
  { protocol: "tcp", portRange: "443", destinationAddresses: anywhere },
];

describe("digitalocean firewall", () => {
  it("opens epmd and the distribution range to the tag, and nothing to anyone else", async () => {
    assert.deepEqual(await firewall({}), {
      tags: ["web"],
      inboundRules: distribution({ sourceTags: ["web"] }),
      outboundRules: [...distribution({ destinationTags: ["web"] }), ...always],
    });
  });

  it("opens one port without epmd, and the chosen one with another epmd", async () => {
    const { inboundRules, outboundRules } = await firewall({ ports: { epmd: false } });
    assert.deepEqual(inboundRules, [{ protocol: "tcp", portRange: "9000", sourceTags: ["web"] }]);
    assert.deepEqual(outboundRules, [
      { protocol: "tcp", portRange: "9000", destinationTags: ["web"] },
      ...always,
    ]);
    const own = await firewall({ ports: { epmdPort: 4370, distPorts: { first: 9100, last: 9101 } } });
    assert.deepEqual(own.inboundRules, [
      { protocol: "tcp", portRange: "4370", sourceTags: ["web"] },
      { protocol: "tcp", portRange: "9100-9101", sourceTags: ["web"] },
    ]);
  });

  it("opens the cluster's ports to each peer's tag too, both ways", async () => {
    const { inboundRules, outboundRules } = await firewall({ peerTags: ["api", "jobs", "api"] });
    const tags = ["web", "api", "jobs"];
    assert.deepEqual(inboundRules, distribution({ sourceTags: tags }));
    assert.deepEqual(outboundRules, [...distribution({ destinationTags: tags }), ...always]);
  });

  it("opens HTTP to the load balancer and the sources given, and SSH to the sources given", async () => {
    const { inboundRules } = await firewall({
      http: { port: 4000 },
      loadBalancer: {},
      httpSources: anywhere,
      sshSources: ["192.0.2.0/24", "2001:db8::1"],
    });
    assert.deepEqual(inboundRules, [
      ...distribution({ sourceTags: ["web"] }),
      { protocol: "tcp", portRange: "4000", sourceLoadBalancerUids: ["demo-id"] },
      { protocol: "tcp", portRange: "4000", sourceAddresses: anywhere },
      { protocol: "tcp", portRange: "22", sourceAddresses: ["192.0.2.0/24", "2001:db8::1"] },
    ]);
  });

  it("opens HTTP to nobody where neither sources nor a load balancer are given", async () => {
    assert.deepEqual(
      (await firewall({ http: { port: 4000 } })).inboundRules,
      distribution({ sourceTags: ["web"] }),
    );
  });

  it("lets droplets reach what was asked for besides", async () => {
    const outbound = [
      { ports: { first: 25060, last: 25061 }, addresses: ["10.0.0.0/8"] },
      { protocol: "udp", ports: { first: 514, last: 514 }, addresses: ["192.0.2.9"] },
    ] as const;
    assert.deepEqual((await firewall({ outbound })).outboundRules, [
      ...distribution({ destinationTags: ["web"] }),
      ...always,
      { protocol: "tcp", portRange: "25060-25061", destinationAddresses: ["10.0.0.0/8"] },
      { protocol: "udp", portRange: "514", destinationAddresses: ["192.0.2.9"] },
    ]);
  });
});
