import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as ec2 from "@pulumi/aws/ec2";
import * as servicediscovery from "@pulumi/aws/servicediscovery";
import * as ssm from "@pulumi/aws/ssm";
import { withStackOn } from "../support/recorder";

const aws = { plugin: "aws", table: require.resolve("./recorder/sampleCloud") } as const;

interface Wanted {
  readonly value?: string;
  readonly parameter?: string;
  readonly namespace?: string;
  readonly services?: boolean;
}

function program({
  value = "one",
  parameter = "/p",
  namespace = "a.internal",
  services = true,
}: Wanted = {}) {
  return () => {
    const vpc = ec2.getVpcOutput({ default: true });
    const secret = new ssm.Parameter("secret", {
      name: parameter,
      type: "SecureString",
      value: pulumi.secret(value),
    });
    const space = new servicediscovery.PrivateDnsNamespace("space", { name: namespace, vpc: vpc.id });
    const ids = services ? { namespaceId: space.id } : {};
    const service = new servicediscovery.Service("service", ids);
    return Promise.resolve({ arn: secret.arn, service: service.name, value: secret.value });
  };
}

describe("recorder in place of a cloud's plugin", function () {
  this.timeout(60_000);

  it("holds what it is told to, tells secrets apart, and changes nothing the second time", () =>
    withStackOn(aws, async (stack, cloud) => {
      assert.deepEqual(await stack.up(program()), { create: 4 });
      const outputs = await stack.outputs();
      assert.match(
        String(outputs.arn?.value),
        /^arn:aws:ssm:eu-central-1:123456789012:parameter\/Parameter-\d$/,
      );
      assert.match(String(outputs.service?.value), /^service-[0-9a-f]{7}$/);
      assert.equal(outputs.value?.secret, true);
      const parameter = cloud.one("aws:ssm/parameter:Parameter");
      assert.deepEqual(parameter.inputs, { name: "/p", type: "SecureString", value: "one" });
      assert.deepEqual(parameter.secrets, ["value"]);
      assert.equal(stack.stateOnDisk().includes('"one"'), false);
      assert.deepEqual(await stack.preview(program()), {});
      assert.deepEqual(await stack.up(program()), {});
      assert.deepEqual(await stack.refresh(), {});
      assert.equal(stack.printed().includes("warning"), false);
    }));

  it("updates, replaces what the table says, and destroys in the order in which things are used", () =>
    withStackOn(aws, async (stack, cloud) => {
      await stack.up(program());
      cloud.changes();
      assert.deepEqual(await stack.up(program({ value: "two" })), { update: 1 });
      assert.deepEqual(cloud.changes(), ["update Parameter secret"]);
      assert.deepEqual(await stack.up(program({ value: "two", parameter: "/q" })), { replace: 1 });
      assert.deepEqual(cloud.changes(), ["create Parameter secret", "delete Parameter secret"]);
      await stack.destroy();
      const order = cloud.changes();
      assert.ok(order.indexOf("delete Service service") < order.indexOf("delete PrivateDnsNamespace space"));
    }));

  it("refuses to delete what is in use", () =>
    withStackOn(aws, async (stack, cloud) => {
      await stack.up(program());
      const space = cloud.one("aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace");
      const service = cloud.one("aws:servicediscovery/service:Service");
      await stack.up(program({ services: false }));
      cloud.alter(service, {});
      await assert.rejects(stack.destroy(), /Namespace has associated services/);
      assert.equal(
        cloud.held().some(({ id }) => id === space.id),
        true,
      );
      cloud.remove(service);
    }));

  it("shows what was changed or removed behind the engine's back", () =>
    withStackOn(aws, async (stack, cloud) => {
      await stack.up(program());
      cloud.alter(cloud.one("aws:ssm/parameter:Parameter"), { value: "other" });
      cloud.remove(cloud.one("aws:servicediscovery/service:Service"));
      assert.deepEqual(await stack.refresh(), { delete: 1, update: 1 });
      assert.deepEqual(await stack.up(program()), { create: 1, update: 1 });
    }));

  it("fails and lags where it is told to", () =>
    withStackOn(aws, async (stack, cloud) => {
      cloud.faults(
        { name: "space", operation: "create", message: "ThrottlingException" },
        { name: "secret", delayMilliseconds: 300 },
      );
      await assert.rejects(stack.up(program()), /ThrottlingException/);
      const call = cloud.journal().find(({ name }) => name === "secret");
      assert.ok(call !== undefined && call.ended - call.started >= 300);
      cloud.faults();
      await stack.up(program());
    }));

  it("knows no type and no data source that the table does not name", () =>
    withStackOn(aws, async (stack) => {
      const topic = () => Promise.resolve({ arn: new ec2.Vpc("vpc", {}).arn });
      await assert.rejects(stack.up(topic), /the recorded cloud has no aws:ec2\/vpc:Vpc/);
      const zones = async () => ({ zone: (await ec2.getSubnet({})).id });
      await assert.rejects(stack.up(zones), /cannot answer aws:ec2\/getSubnet:getSubnet/);
    }));
});
