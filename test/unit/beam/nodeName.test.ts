import assert from "node:assert/strict";
import { imageDigits, Isolation } from "../../../components/beam/isolation";
import { isNodeName, nodeBasename, releaseName } from "../../../components/beam/nodeName";

// What an image reference may look like; the recipes in use today break on most of these.
const images = [
  "registry.fly.io/my-app:deployment-01HXYZ",
  "registry.fly.io/my-app@sha256:0123abcd",
  "registry.fly.io/my-app:v1.2",
  "ghcr.io/acme/app:sha-abc123",
  "registry.fly.io/my-app:deployment-01HXYZ@sha256:0123",
];

describe("beam node names", () => {
  for (const image of images) {
    it(`are names Erlang takes, whatever the isolation, for ${image}`, () => {
      assert.ok(isNodeName(`${nodeBasename("web", Isolation.Release, image)}@10.0.0.1`));
      assert.ok(isNodeName(`${nodeBasename("web", Isolation.Shared, image)}@fdaa:0:1::3`));
    });
  }

  it("stay the same through a deploy where isolation is shared, and differ where it is by release", () => {
    const [a = "", b = ""] = images;
    assert.equal(nodeBasename("web", Isolation.Shared, a), "web");
    assert.equal(nodeBasename("web", Isolation.Shared, b), "web");
    assert.notEqual(nodeBasename("web", Isolation.Release, a), nodeBasename("web", Isolation.Release, b));
    assert.match(nodeBasename("web", Isolation.Release, a), /^web-[0-9a-f]{10}$/);
    assert.equal(imageDigits(a), imageDigits(a));
  });

  for (const name of ["", "My-App", "9lives", "web@home", "a b", "a".repeat(200)]) {
    it(`refuse the release name ${JSON.stringify(name.slice(0, 12))}`, () =>
      assert.throws(() => releaseName(name), {
        message: /^release is ".*"; allowed is lower-case letters.*: give the name/,
      }));
  }

  for (const name of ["web", "web@a@b", "my.app@10.0.0.1", "web:1@10.0.0.1", "@10.0.0.1", "web@"]) {
    it(`do not include ${name}`, () => assert.equal(isNodeName(name), false));
  }
});
