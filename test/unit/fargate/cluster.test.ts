import assert from "node:assert/strict";
import { cluster, container } from "./support";
describe("fargate cluster", () => {
  it("x", async () => {
    const { resources } = await cluster({ http: { port: 4000, healthCheckPath: "/health" }, loadBalancer: { allowFrom: ["0.0.0.0/0"], certificateArn: "arn:cert" }, autoscaling: { maxNodes: 4 } });
    for (const r of resources) console.log(r.type, r.name, r.parent, JSON.stringify(r.inputs).slice(0, 400), r.secrets, r.dependsOn.join());
    console.log(container(resources));
    assert.ok(true);
  });
});
