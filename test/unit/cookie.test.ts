import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Cookie } from "../../components";
import { deploy, inTheClear, mockCookie, one, valueOf } from "../../testing";

const password = "random:index/randomPassword:RandomPassword";

describe("beam Cookie", () => {
  it("is 54 letters and digits, kept until its generation is raised, and secret", async () => {
    const { resources, result } = await deploy((options) => new Cookie("prod", { generation: 2 }, options));
    assert.deepEqual(one(resources, password).inputs, {
      length: 54,
      special: false,
      keepers: { generation: "2" },
    });
    assert.equal(await valueOf(result.value), mockCookie);
    assert.equal(await pulumi.isSecret(result.value), true);
    assert.deepEqual(inTheClear(resources, mockCookie), []);
  });

  it("may be an existing one, which becomes secret", async () => {
    const { resources, result } = await deploy(
      (options) => new Cookie("prod", { value: "given_cookie" }, options),
    );
    assert.deepEqual(
      resources.map(({ type }) => type),
      ["beam:index:Cookie"],
    );
    assert.equal(await valueOf(result.value), "given_cookie");
    assert.equal(await pulumi.isSecret(result.value), true);
  });

  it("refuses one that Erlang does not take", async () => {
    const { result } = await deploy((options) => {
      const cookie = new Cookie("prod", { value: "-flag" }, options);
      return valueOf(cookie.value).then(
        () => "accepted",
        (error: unknown) => String(error),
      );
    });
    assert.match(result, /cookie is a text that begins with "-"/);
  });

  for (const generation of [0, -1, 1.5]) {
    it(`refuses generation ${generation}`, () =>
      assert.rejects(
        deploy((options) => new Cookie("prod", { generation }, options)),
        { message: /^generation is .*; allowed is a whole number of at least 1/ },
      ));
  }
});
