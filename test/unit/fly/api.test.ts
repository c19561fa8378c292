import assert from "node:assert/strict";
import { clock } from "../../../provider/fly/clock";
import { FlyError, type FlyErrorKind } from "../../../provider/fly/errors";
import { RateLimiter, rates } from "../../../provider/fly/rateLimit";
import { authorization } from "../../../provider/fly/tokens";

describe("fly api", () => {
  it("tells macaroons from older tokens, and strips what was pasted along", () => {
    const given: [string, string][] = [
      ["fm2_abcdefgh", "FlyV1 fm2_abcdefgh"],
      ["FlyV1 fm2_abcdefgh,fm2_second", "FlyV1 fm2_abcdefgh,fm2_second"],
      ["Bearer FlyV1xxxxxx", "Bearer FlyV1xxxxxx"],
      [" Bearer old-user-token\n", "Bearer old-user-token"],
      ["old-user-token,fm1r_aaaa,fm1a_bbbb", "FlyV1 fm1r_aaaa,fm1a_bbbb"],
    ];
    for (const [token, header] of given) {
      assert.equal(authorization(token), header);
    }
  });

  it("refuses no token and a malformed one, and shows nothing of it", () => {
    for (const none of [undefined, "", "  ", "FlyV1 "]) {
      assert.throws(() => authorization(none), {
        message: /^flyApiToken is missing; allowed is a token of Fly/,
      });
    }
    for (const bad of ["two words-here", "short", "fm2_abc\u0007defgh"]) {
      assert.throws(
        () => authorization(bad),
        (error: Error) =>
          error.message.startsWith("flyApiToken is malformed;") && !error.message.includes(bad),
      );
    }
  });

  it("classifies what comes back by status and code, and 409 by its prefix", () => {
    const seen: [number, string | undefined, string, FlyErrorKind][] = [
      [404, undefined, "Could not find App", "gone"],
      [401, undefined, "Authenticate: token validation error", "unauthorized"],
      [403, undefined, "unauthorized", "foreign"],
      [422, "name_taken", "Validation failed: Name has already been taken", "nameTaken"],
      [422, undefined, "Validation failed: uniqueness constraint violated", "refused"],
      [422, "insufficient_capacity", "could not find a candidate host", "regionFull"],
      [503, "insufficient_capacity", "could not find a candidate host", "regionFull"],
      [412, "volume_placement_capacity", "insufficient resources", "volumeHostFull"],
      [412, undefined, "failed_precondition: machine getting replaced", "notNow"],
      [409, undefined, "already_exists: unique machine name violation, machine ID x", "machineExists"],
      [409, undefined, "aborted: could not reserve resource for machine: insufficient CPUs", "hostFull"],
      [409, undefined, "aborted: machine ID x lease currently held by y", "held"],
      [409, undefined, "aborted: machine update failed due to concurrent update", "held"],
      [429, undefined, "resource_exhausted: rate limit exceeded", "rateLimited"],
      [408, undefined, "deadline_exceeded", "uncertain"],
      [502, undefined, "bad gateway", "uncertain"],
      [0, undefined, "ECONNRESET", "uncertain"],
      [400, undefined, "network not found", "refused"],
    ];
    for (const [status, code, text, kind] of seen) {
      assert.equal(new FlyError({ status, code, text, method: "GET", path: "/apps/x" }).kind, kind, text);
    }
  });

  it("names the call, the status and the request in its message", () => {
    const error = new FlyError({
      status: 422,
      code: undefined,
      text: "no",
      method: "POST",
      path: "/apps/demo/machines",
      requestId: "01H",
    });
    assert.equal(error.message, "POST /apps/demo/machines: 422 no (request 01H)");
  });

  it("lets a burst of three pass and then one a second, for each action and id by itself", async () => {
    const time = clock(20);
    const limiter = new RateLimiter(time);
    const begin = time.now();
    const at = await Promise.all(
      Array.from({ length: 6 }, async () => {
        await limiter.turn("create x", rates.action);
        return (time.now() - begin) / 1000;
      }),
    );
    const [, , third = 0, fourth = 0, , sixth = 0] = at;
    assert.ok(third < 0.9, `third at ${third}`);
    assert.ok(fourth >= 1, `fourth at ${fourth}`);
    assert.ok(sixth >= 3, `sixth at ${sixth}`);
    const other = time.now();
    await limiter.turn("create y", rates.action);
    assert.ok(time.now() - other < 900);
  });

  it("ends a wait for its turn when it is interrupted", async () => {
    const limiter = new RateLimiter(clock());
    const stop = new AbortController();
    for (let call = 0; call < 3; call++) {
      await limiter.turn("a", rates.action);
    }
    setTimeout(() => stop.abort(new Error("cancelled")), 10);
    await assert.rejects(limiter.turn("a", rates.action, stop.signal), /cancelled/);
  });
});
