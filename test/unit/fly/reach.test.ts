import assert from "node:assert/strict";
import { policyPorts } from "../../../components/fly/networkPolicy";
import { reaches, type Declared } from "../../../components/fly/reach";
import { portPolicy } from "../../../components/beam/portPolicy";

describe("fly reach", () => {
  const shared: Declared = { organization: "acme", network: undefined, policyPorts: undefined };
  const own: Declared = { ...shared, network: "own" };
  const ports = [4369, 9000, 9010, 4000, 22];

  it("lets every app of the organisation to every port on the shared network: there the cookie alone keeps out", () => {
    assert.deepEqual(
      ports.filter((port) => reaches(shared, shared, port)),
      ports,
    );
  });

  it("lets nobody from outside into a network of the cluster's own, nor it out", () => {
    for (const [from, to] of [
      [shared, own],
      [own, shared],
      [{ ...own, network: "other" }, own],
      [{ ...own, organization: "others" }, own],
    ] as const) {
      assert.deepEqual(
        ports.filter((port) => reaches(from, to, port)),
        [],
      );
    }
    assert.equal(reaches(own, own, 9000), true);
  });

  it("with a policy leaves the cluster's ports and HTTP open, and nothing else", () => {
    const closed = { ...shared, policyPorts: policyPorts(portPolicy(), 4000) };
    const open = Array.from({ length: 65535 }, (_, index) => index + 1).filter((port) =>
      reaches(shared, closed, port),
    );
    assert.deepEqual(open, [4000, 4369, 9000, 9001, 9002, 9003, 9004, 9005, 9006, 9007, 9008, 9009, 9010]);
  });
});
