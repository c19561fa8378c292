import assert from "node:assert/strict";
import {
  DropletAddressing,
  Cookie,
  DropletCluster,
  DropletDiscovery,
  DropletGate,
  type DropletClusterArgs,
} from "../../../components";
import { all, deploy } from "../../../testing";
import { dropletCluster, dropletOutputs, least } from "../../support/droplets";

const http = { port: 4000, healthCheckPath: "/health" };
const tarball = { url: "https://example.com/demo.tar.gz", sha256: "0".repeat(64) };
const outbound = { ports: { first: 5432, last: 5432 }, addresses: ["192.0.2.1"] };

describe("digitalocean bad input", () => {
  const refused: [string, Partial<DropletClusterArgs>, RegExp][] = [
    ["no nodes", { nodes: 0 }, /^nodes is 0; allowed is a whole number of at least 1: give/],
    [
      "an unknown discovery",
      { discovery: "gossip" as DropletDiscovery },
      /^discovery is "gossip"; allowed is tag or dns: /,
    ],
    [
      "discovery by tag without a token",
      { discovery: DropletDiscovery.Tag },
      /^discoveryToken is missing; allowed is an API token where/,
    ],
    [
      "discovery by DNS without a domain",
      { domain: undefined },
      /^domain is missing; allowed is a domain in the account/,
    ],
    [
      "a token where no node needs one",
      { discoveryToken: "t" },
      /^discoveryToken is "given"; allowed is nothing/,
    ],
    [
      "a name that is no DNS name",
      { dnsName: "a b" },
      /^domain is "a b\.example\.com"; allowed is a DNS name/,
    ],
    [
      "a variable that discovery sets",
      { discovery: DropletDiscovery.Tag, discoveryToken: "t", env: { DIGITALOCEAN_TAG: "x" } },
      /^env is "DIGITALOCEAN_TAG"; allowed is names that discovery/,
    ],
    [
      "an unknown addressing",
      { addressing: "ipx" as DropletAddressing },
      /^addressing is "ipx"; allowed is private, public, ipv6/,
    ],
    [
      "IPv6 addressing without IPv6",
      { addressing: DropletAddressing.Ipv6, ipv6: false },
      /^ipv6 is false; allowed is true where/,
    ],
    ["no SSH key", { sshKeys: [] }, /^sshKeys is \[\]; allowed is at least one key/],
    [
      "SSH open to the world",
      { sshSources: ["0.0.0.0/0"] },
      /^sshSources is "0\.0\.0\.0\/0"; allowed is smaller blocks, unless sshFromAnywhere/,
    ],
    [
      "SSH open to the world of IPv6",
      { sshSources: ["192.0.2.1", "::/0"] },
      /^sshSources is "::\/0"; allowed/,
    ],
    [
      "SSH open to half of the world",
      { sshSources: ["128.0.0.0/1"] },
      /^sshSources is "128\.0\.0\.0\/1"; allowed/,
    ],
    [
      "a source that is no address",
      { sshSources: ["home"] },
      /^sshSources is "home"; allowed is IP addresses and CIDR blocks/,
    ],
    [
      "a block that is too long",
      { sshSources: ["192.0.2.0/33"] },
      /^sshSources is "192\.0\.2\.0\/33"; allowed/,
    ],
    [
      "HTTP sources without HTTP",
      { httpSources: ["192.0.2.1"] },
      /^httpSources is \["192\.0\.2\.1"\]; allowed is nothing/,
    ],
    ["image and tarball", { tarball }, /^tarball is "given beside image"; allowed is one of the two/],
    [
      "neither image nor tarball",
      { image: undefined },
      /^image is missing; allowed is a container image, or a tarball/,
    ],
    ["an empty image", { image: "" }, /^image is ""; allowed/],
    [
      "a tarball without its checksum",
      { image: undefined, tarball: { url: tarball.url } as typeof tarball },
      /^tarball\.sha256 is missing; allowed is 64 hex digits/,
    ],
    [
      "a checksum that is none",
      { image: undefined, tarball: { ...tarball, sha256: "abc" } },
      /^tarball\.sha256 is "abc"; allowed is 64/,
    ],
    ["root", { user: "0:0" }, /^user is "0:0"; allowed is a number other than 0/],
    ["root by name", { user: "root" }, /^user is "root"; allowed/],
    ["root's group", { user: "1000:0" }, /^user is "1000:0"; allowed/],
    [
      "a release path that is none",
      { releasePath: "app" },
      /^releasePath is "app"; allowed is an absolute path/,
    ],
    [
      "more rules than a firewall takes",
      { outbound: Array.from({ length: 42 }, () => outbound) },
      /^outbound is "51 rules in all"; allowed is at most 50 in one firewall/,
    ],
    [
      "outbound ports that are none",
      { outbound: [{ ...outbound, ports: { first: 2, last: 1 } }] },
      /^outbound\.ports is "2-1"; allowed is ports from 1 to 65535/,
    ],
    [
      "the cluster's ports to the world",
      { outbound: [{ ports: { first: 1, last: 65535 }, addresses: ["0.0.0.0/0"] }] },
      /^outbound\.ports is "1-65535"; allowed is ranges without the cluster's own port 4369/,
    ],
    ["epmd on SSH's port", { ports: { epmdPort: 22 } }, /^ports\.epmdPort is 22; allowed is 1024 to 65535/],
    [
      "a range below 1024",
      { ports: { distPorts: { first: 1023, last: 1030 } } },
      /^ports\.distPorts\.first is 1023; allowed is 1024 to 65535/,
    ],
    [
      "HTTP on a port of root's",
      { http: { port: 80 } },
      /^http\.port is 80; allowed is 1024 .*: move it, and let/,
    ],
    [
      "epmd in the range",
      { ports: { epmdPort: 9000 } },
      /^ports\.epmdPort is 9000; allowed is a port outside distPorts/,
    ],
    [
      "a load balancer without HTTP",
      { loadBalancer: {} },
      /^loadBalancer is "given"; allowed is nothing where there is no http/,
    ],
    [
      "a reserved address for many",
      { nodes: 2, reservedAddress: true },
      /^reservedAddress is true; allowed is false where there is more/,
    ],
    [
      "a reserved address beside a load balancer",
      { nodes: 1, http, loadBalancer: {}, reservedAddress: true },
      /^reservedAddress is true; allowed is false where there is a load balancer/,
    ],
    ["an unknown gate", { gate: "luck" as DropletGate }, /^gate is "luck"; allowed is ssh, http, none/],
    [
      "a gate by SSH that is shut",
      { gate: DropletGate.Ssh },
      /^gate is "ssh"; allowed is ssh only with sshSources/,
    ],
    [
      "a gate by HTTP that is shut",
      { gate: DropletGate.Http, http },
      /^gate is "http"; allowed is http only with httpSources/,
    ],
    ["a tag that is none", { tag: "my tag" }, /^tag is "my tag"; allowed is a tag of 1 to 255/],
    [
      "a peer's tag that is none",
      { peerTags: ["0.0.0.0/0"] },
      /^peerTags is "0\.0\.0\.0\/0"; allowed is a tag/,
    ],
  ];
  for (const [what, args, message] of refused) {
    it(`refuses ${what} before it declares a resource`, () =>
      assert.rejects(dropletCluster(args), { message }));
  }

  it("refuses a name that no droplet may have", () =>
    assert.rejects(dropletCluster({}, "my_app"), {
      message: /^name is "my_app"; allowed is letters, digits, "\."/,
    }));

  it("takes SSH from the world where that is said", async () => {
    const { resources } = await dropletCluster({ sshSources: ["0.0.0.0/0"], sshFromAnywhere: true });
    assert.equal(all(resources, "digitalocean:index/droplet:Droplet").length, 2);
  });

  it("refuses peers of other ports", () =>
    assert.rejects(
      deploy(
        (options) => {
          const cookie = new Cookie("cookie", {}, options).value;
          const one = new DropletCluster("one", { ...least, cookie, ports: { epmd: false } }, options);
          return new DropletCluster("two", { ...least, cookie, peers: [one] }, options);
        },
        { outputs: dropletOutputs },
      ),
      { message: /^peers is "project-stack-one"; allowed is clusters of the same ports/ },
    ));
});
