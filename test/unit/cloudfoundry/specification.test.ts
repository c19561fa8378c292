import assert from "node:assert/strict";
import { Platform } from "../../support/cloudfoundry/platform";
import { policyServer, published } from "../../support/cloudfoundry/published";
import { everything, startCloudFoundry } from "../../support/cloudfoundry/server";
import { Uaa } from "../../support/cloudfoundry/uaa";

describe("cloudfoundry local platform", () => {
  const handlers = () => {
    const platform = new Platform();
    return everything(platform, new Uaa(platform), () => "http://local");
  };

  it("serves nothing that the published descriptions do not know, and nothing less than is listed", () => {
    const login = ["GET /", "POST /uaa/oauth/token", "POST /_faults"];
    assert.deepEqual(
      Object.keys(handlers()).sort(),
      [...login, ...policyServer, ...Object.keys(published)].sort(),
    );
  });

  it("switches its faults on and off as it is told, and answers to no path it does not serve", async () => {
    const { url, platform, stop } = await startCloudFoundry();
    try {
      const send = (faults: object) =>
        fetch(`${url}/_faults`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(faults),
        });
      await send({
        crashing: [":broken"],
        jobs: true,
        tokenSeconds: 5,
        refuse: [{ pattern: "GET /", status: 503 }],
      });
      assert.deepEqual(
        [[...platform.faults.crashing], platform.faults.jobs, platform.faults.tokenSeconds],
        [[":broken"], true, 5],
      );
      assert.equal((await fetch(url)).status, 503);
      assert.equal((await fetch(url)).status, 200);
      await send({ crashing: [], jobs: false });
      assert.deepEqual([[...platform.faults.crashing], platform.faults.jobs], [[], false]);
      assert.equal((await fetch(`${url}/v2/apps`)).status, 404);
      assert.equal((await fetch(`${url}/v3/apps`)).status, 401);
    } finally {
      await stop();
    }
  });

  for (const [request, fields] of Object.entries(published)) {
    if (fields.length > 0 && !request.endsWith("/upload")) {
      it(`takes in ${request} no field that is not published`, () => {
        const handler = handlers()[request];
        assert.ok(handler);
        const ask = (name: string) => {
          const body = { [name]: "x" };
          const raw = Buffer.from(JSON.stringify(body));
          try {
            handler({ params: {}, query: new URLSearchParams(), authorization: "", body, raw });
            return "";
          } catch (error) {
            return error instanceof Error ? error.message : "";
          }
        };
        assert.equal(ask("invented"), "Unknown field(s): 'invented'");
      });
    }
  }
});
