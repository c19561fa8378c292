import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  DropletAddressing,
  Cookie,
  DropletCluster,
  DropletDiscovery,
  DropletGate,
  Isolation,
} from "../../../components";
import { all, deploy, inTheClear, mockCookie, one, valueOf } from "../../../testing";
import { dropletCluster, dropletOutputs, least } from "../../support/droplets";

const types = {
  droplet: "digitalocean:index/droplet:Droplet",
  firewall: "digitalocean:index/firewall:Firewall",
  joined: "beam:digitalocean:Joined",
  record: "digitalocean:index/dnsRecord:DnsRecord",
  loadBalancer: "digitalocean:index/loadBalancer:LoadBalancer",
  reservedIp: "digitalocean:index/reservedIp:ReservedIp",
};
const http = { port: 4000, healthCheckPath: "/health" };

describe("digitalocean cluster", () => {
  it("declares tag, firewall and droplets, each behind the firewall and the one before, all of them its children", async () => {
    const { resources } = await dropletCluster({ nodes: 3 });
    assert.deepEqual(
      resources
        .slice(2)
        .map(({ type, name, parent, dependsOn }) => [type.split(":").at(-1), name, parent, dependsOn]),
      [
        ["DropletCluster", "demo", undefined, []],
        ["Tag", "demo", "demo", []],
        ["Firewall", "demo", "demo", ["demo"]],
        ["Droplet", "demo-1", "demo", ["demo"]],
        ["DnsRecord", "demo-1", "demo", []],
        ["Joined", "demo-1", "demo", ["demo-1"]],
        ["Droplet", "demo-2", "demo", ["demo", "demo-1", "demo-1"]],
        ["DnsRecord", "demo-2", "demo", []],
        ["Joined", "demo-2", "demo", ["demo-2"]],
        ["Droplet", "demo-3", "demo", ["demo", "demo-2", "demo-2"]],
        ["DnsRecord", "demo-3", "demo", []],
        ["Joined", "demo-3", "demo", ["demo-3"]],
      ],
    );
  });

  it("makes the replacement of a droplet, a record and a tag before the old one goes", async () => {
    const { resources, result } = await dropletCluster({ nodes: 1 });
    const first = resources.filter(({ options }) => options.deleteBeforeReplace === false);
    assert.deepEqual(
      first.map(({ type }) => type.split(":").at(-1)),
      ["Tag", "Droplet", "DnsRecord"],
    );
    const [droplet] = all(resources, types.droplet);
    const [record] = all(resources, types.record);
    assert.deepEqual(record?.options.replaceWith, [result.droplets[0]]);
    assert.equal(droplet?.name, record.name);
  });

  it("gives each droplet what was asked for, and leaves its name to the plugin", async () => {
    const given = {
      size: "s-2vcpu-2gb",
      os: "debian-12-x64",
      vpcUuid: "a-vpc",
      monitoring: false,
      ipv6: true,
    };
    const { resources } = await dropletCluster({ nodes: 1, ...given, tag: "web", tags: ["team-a"] });
    const { userData, ...inputs } = one(resources, types.droplet).inputs;
    assert.deepEqual(inputs, {
      region: "fra1",
      size: "s-2vcpu-2gb",
      image: "debian-12-x64",
      vpcUuid: "a-vpc",
      ipv6: true,
      monitoring: false,
      sshKeys: ["aa:bb"],
      tags: ["web", "team-a"],
      gracefulShutdown: true,
    });
    assert.equal(typeof userData, "string");
  });

  it("has the same user data on every droplet, so that scaling touches none of the others", async () => {
    const data = async (nodes: number) =>
      new Set(
        all((await dropletCluster({ nodes })).resources, types.droplet).map(({ inputs }) => inputs.userData),
      );
    const [two, five] = [await data(2), await data(5)];
    assert.equal(two.size, 1);
    assert.deepEqual(two, five);
  });

  it("shows cookie, secrets, token and passwords in nothing but the secret user data", async () => {
    const { resources, result } = await dropletCluster({
      discovery: DropletDiscovery.Tag,
      domain: undefined,
      discoveryToken: "a-secret-token",
      secrets: { KEY: "a-secret-key" },
      registry: { server: "registry.example.com", username: "me", password: "a-secret-password" },
    });
    const login = Buffer.from("me:a-secret-password").toString("base64");
    for (const secret of [mockCookie, "a-secret-token", "a-secret-key", "a-secret-password", login]) {
      assert.deepEqual(inTheClear(resources, secret), [], secret);
    }
    for (const droplet of all(resources, types.droplet)) {
      assert.deepEqual(droplet.secrets, ["userData"]);
      assert.match(String(droplet.inputs.userData), new RegExp(mockCookie));
    }
    for (const joined of all(resources, types.joined)) {
      assert.deepEqual(joined.secrets, ["clique"]);
    }
    assert.equal(await pulumi.isSecret(result.cookie), true);
  });

  it("publishes one A record a droplet under one name, and AAAA for IPv6, in the form in which DNS answers", async () => {
    const records = async (addressing: DropletAddressing) => {
      const { resources, result } = await dropletCluster({ addressing });
      assert.equal(await valueOf(result.dnsQuery), "demo.example.com");
      return all(resources, types.record).map(({ inputs }) => inputs);
    };
    const common = { domain: "example.com", name: "demo", ttl: 30 };
    assert.deepEqual(await records(DropletAddressing.Private), [
      { ...common, type: "A", value: "10.0.0.1" },
      { ...common, type: "A", value: "10.0.0.2" },
    ]);
    assert.deepEqual(
      (await records(DropletAddressing.Public)).map(({ type, value }) => [type, value]),
      [
        ["A", "203.0.113.1"],
        ["A", "203.0.113.2"],
      ],
    );
    assert.deepEqual(
      (await records(DropletAddressing.Ipv6)).map(({ type, value }) => [type, value]),
      [
        ["AAAA", "2001:db8::1"],
        ["AAAA", "2001:db8::2"],
      ],
    );
  });

  it("with discovery by tag declares no record and has an empty query", async () => {
    const { resources, result } = await dropletCluster({
      discovery: DropletDiscovery.Tag,
      domain: undefined,
      discoveryToken: "token",
    });
    assert.deepEqual(all(resources, types.record), []);
    assert.equal(await valueOf(result.dnsQuery), "");
  });

  it("asks each node for those before it, by the channel that is open", async () => {
    const gates = async (args: object) =>
      all((await dropletCluster({ nodes: 3, http, ...args })).resources, types.joined).map(
        ({ inputs }) => inputs,
      );
    const [first, , third] = await gates({ sshSources: ["192.0.2.1"], httpSources: ["0.0.0.0/0"] });
    assert.deepEqual(
      [first?.gate, first?.peers, first?.nodeName, first?.address, first?.dropletId],
      ["ssh", [], "demo@10.0.0.1", "203.0.113.1", "demo-1-id"],
    );
    assert.deepEqual(third?.peers, ["demo@10.0.0.1", "demo@10.0.0.2"]);
    assert.deepEqual([third.httpPort, third.healthCheckPath, third.timeoutSeconds], [4000, "/health", 900]);
    assert.equal((await gates({ httpSources: ["0.0.0.0/0"] }))[0]?.gate, "http");
    assert.equal((await gates({ sshSources: ["192.0.2.1"], gate: DropletGate.None }))[0]?.gate, "none");
    assert.equal((await gates({}))[0]?.gate, "none");
  });

  it("tells nodes that cannot be one cluster apart: by cookie, ports and basename", async () => {
    const clique = async (args: object) =>
      all((await dropletCluster(args)).resources, types.joined)[0]?.inputs.clique;
    const plain = await clique({});
    assert.equal(await clique({ nodes: 5, image: "other:2", env: { A: "1" } }), plain);
    const others = [
      await clique({ cookie: "another" }),
      await clique({ ports: { epmd: false } }),
      await clique({ isolation: Isolation.Release }),
    ];
    assert.equal(new Set([plain, ...others]).size, 4);
  });

  it("puts a load balancer in front, bound to the tag, with health check, certificate and sticky sessions", async () => {
    const { resources, result } = await dropletCluster({
      http,
      vpcUuid: "a-vpc",
      tag: "web",
      loadBalancer: { certificateName: "cert", stickySessions: true },
    });
    assert.deepEqual(one(resources, types.loadBalancer).inputs, {
      region: "fra1",
      vpcUuid: "a-vpc",
      dropletTag: "web",
      sizeUnit: 1,
      forwardingRules: [
        {
          entryProtocol: "https",
          entryPort: 443,
          targetProtocol: "http",
          targetPort: 4000,
          certificateName: "cert",
        },
      ],
      redirectHttpToHttps: true,
      healthcheck: {
        protocol: "http",
        port: 4000,
        path: "/health",
        checkIntervalSeconds: 5,
        responseTimeoutSeconds: 4,
        unhealthyThreshold: 3,
        healthyThreshold: 2,
      },
      stickySessions: { type: "cookies", cookieName: "beam-node", cookieTtlSeconds: 3600 },
    });
    assert.equal(await valueOf(result.url), "https://198.51.100.1");
    const plain = await dropletCluster({ http, loadBalancer: {} });
    const { inputs } = one(plain.resources, types.loadBalancer);
    assert.deepEqual(inputs.forwardingRules, [
      { entryProtocol: "http", entryPort: 80, targetProtocol: "http", targetPort: 4000 },
    ]);
    assert.deepEqual(inputs.stickySessions, { type: "none" });
    assert.equal(await valueOf(plain.result.url), "http://198.51.100.1");
  });

  it("gives one node a reserved address, moved only once the node has joined", async () => {
    const args = { nodes: 1, reservedAddress: true, http, httpSources: ["0.0.0.0/0"] };
    const { resources, result } = await dropletCluster(args);
    const reserved = one(resources, types.reservedIp);
    assert.deepEqual(reserved.dependsOn, ["demo-1"]);
    assert.equal(reserved.inputs.region, "fra1");
    assert.equal(await valueOf(result.url), "http://198.51.100.2:4000");
  });

  it("promises the same outputs as every target", async () => {
    const { result } = await dropletCluster({ http, isolation: Isolation.Release });
    assert.match(await valueOf(result.nodeBasename), /^demo-[0-9a-f]{10}$/);
    assert.equal(await valueOf(result.remoteConsole), "ssh -t root@203.0.113.1 beam remote");
    assert.equal(await valueOf(result.url), "");
    assert.deepEqual(await valueOf(result.addresses), ["10.0.0.1", "10.0.0.2"]);
    assert.equal(result.tagName, "project-stack-demo");
    assert.deepEqual(await valueOf(result.ports), {
      epmd: true,
      epmdPort: 4369,
      distPorts: { first: 9000, last: 9010 },
    });
  });

  it("opens both sides of two clusters that are peers, on the policy's ports and no more", async () => {
    const { resources } = await deploy(
      (options) => {
        const cookie = new Cookie("cookie", {}, options).value;
        const one = new DropletCluster("one", { ...least, cookie, tag: "one" }, options);
        return new DropletCluster("two", { ...least, cookie, tag: "two", peers: [one] }, options);
      },
      { outputs: dropletOutputs },
    );
    const firewalls = Object.fromEntries(all(resources, types.firewall).map((each) => [each.name, each]));
    assert.deepEqual(Object.keys(firewalls), ["one", "two", "two-to-one"]);
    const open = (tags: string[]) => [
      { protocol: "tcp", portRange: "4369", sourceTags: tags },
      { protocol: "tcp", portRange: "9000-9010", sourceTags: tags },
    ];
    assert.deepEqual(firewalls.two?.inputs.inboundRules, open(["two", "one"]));
    assert.deepEqual(firewalls["two-to-one"]?.inputs, {
      tags: ["one"],
      inboundRules: open(["two"]),
      outboundRules: [
        { protocol: "tcp", portRange: "4369", destinationTags: ["two"] },
        { protocol: "tcp", portRange: "9000-9010", destinationTags: ["two"] },
      ],
    });
    assert.deepEqual(firewalls["two-to-one"].dependsOn, ["two", "one"]);
  });
});
