import assert from "node:assert/strict";
import { DropletAddressing, DropletGate, type DropletClusterArgs } from "../../../components";
import { dropletSpec } from "../../../components/digitalocean/spec";
import { warnings } from "../../../components/digitalocean/warnings";
import { least } from "../../support/droplets";

const warned = (given: Partial<DropletClusterArgs>) => {
  const args = { ...least, cookie: "cookie", ...given };
  return warnings(dropletSpec({ name: "demo", tag: "demo" }, args), args);
};

describe("digitalocean warnings", () => {
  it("tells that a rollout proves nothing, unless that is said or there is a way to prove it", () => {
    assert.match(warned({}).join(), /^droplets are replaced one after the other, but nothing proves/);
    assert.deepEqual(warned({ gate: DropletGate.None }), []);
    assert.deepEqual(warned({ sshSources: ["192.0.2.1"] }), []);
    assert.deepEqual(warned({ nodes: 1 }), []);
  });

  it("tells that public addresses carry the cluster's traffic outside the VPC", () => {
    for (const addressing of [DropletAddressing.Public, DropletAddressing.Ipv6]) {
      assert.match(
        warned({ addressing, gate: DropletGate.None }).join(),
        new RegExp(`^addressing is ${addressing}: `),
      );
    }
  });
});
