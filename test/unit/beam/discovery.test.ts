import assert from "node:assert/strict";
import { dnsQuery, shortAnswerWarning } from "../../../components/beam/discovery";

describe("beam discovery", () => {
  it("warns where one answer holds fewer records than there are nodes, and only there", () => {
    const discovery = { query: "web.internal", recordsPerAnswer: 8 };
    assert.equal(shortAnswerWarning(discovery, 8), undefined);
    assert.match(shortAnswerWarning(discovery, 9) ?? "", /at most 8 of 9 nodes at a time: use dns_cluster/);
    assert.equal(shortAnswerWarning({ query: "web.internal" }, 100), undefined);
  });

  it("takes DNS names and refuses what is none", () => {
    assert.equal(dnsQuery("dnsQuery", "web.organization.local"), "web.organization.local");
    for (const bad of ["", "a..b", "-a.b", "a b.c", `${"a".repeat(64)}.b`]) {
      assert.throws(() => dnsQuery("dnsQuery", bad), { message: /^dnsQuery is .*; allowed is a DNS name/ });
    }
  });
});
