import assert from "node:assert/strict";
import { Platform } from "../../support/cloudfoundry/platform";
import { policyServer, published } from "../../support/cloudfoundry/published";
import { everything } from "../../support/cloudfoundry/server";
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
