import assert from "node:assert/strict";
import { mockCookie } from "../../../testing";
import { declaredFargate } from "../../support/declared/fargate";
import { cluster } from "./support";

describe("fargate declaration", () => {
  it("says who reaches a node, how it is started, and where it is found, from the resources alone", async () => {
    const { resources } = await cluster({
      nodes: 3,
      http: { port: 4000 },
      loadBalancer: { allowFrom: ["0.0.0.0/0"] },
      peers: [{ name: "worker", securityGroupId: "sg-worker" }],
      releasePath: "/srv/rel",
      secrets: { API_KEY: "k" },
    });
    const { policy, command, env, ...rest } = declaredFargate(resources, "web");
    const shown = (side: typeof policy.in) =>
      side.map(({ ports, party }) => [
        ports.first,
        ports.last,
        typeof party === "string" ? party : party.network,
      ]);
    assert.deepEqual(shown(policy.in), [
      [4369, 4369, "members"],
      [9000, 9010, "members"],
      [4369, 4369, "peers"],
      [9000, 9010, "peers"],
      [4000, 4000, "loadBalancer"],
    ]);
    assert.deepEqual(shown(policy.out), [
      [4369, 4369, "members"],
      [9000, 9010, "members"],
      [4369, 4369, "peers"],
      [9000, 9010, "peers"],
      [443, 443, "0.0.0.0/0"],
    ]);
    assert.deepEqual(command("rpc", "1"), [
      "sh",
      "-c",
      'eval "$BEAM_BOOT"',
      "beam",
      "/srv/rel/bin/my_app",
      "rpc",
      "1",
    ]);
    assert.deepEqual(Object.keys(env).sort(), [
      "API_KEY",
      "BEAM_BOOT",
      "PHX_SERVER",
      "PORT",
      "RELEASE_COOKIE",
    ]);
    assert.deepEqual(rest, {
      cookie: mockCookie,
      nodes: 3,
      dns: { name: "my-app.web-stack.internal", most: 8, ttl: 10 },
      queries: ["my-app.web-stack.internal"],
      basename: "my_app",
    });
  });
});
