import { mentions, type Cloud } from "../../support/recorder/cloud";

/** Just enough of AWS to put the recorder itself to the test. */
export const cloud: Cloud = {
  types: {
    "aws:ssm/parameter:Parameter": {
      outputs: (id) => ({ arn: `arn:aws:ssm:eu-central-1:123456789012:parameter/${id}` }),
      replaces: ["name"],
    },
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": {
      outputs: (id) => ({ hostedZone: `Z-${id}` }),
      replaces: ["name", "vpc"],
      inUse: (own, others) =>
        others.some((one) => one.type.endsWith(":Service") && mentions(one, own))
          ? "ResourceInUse: Namespace has associated services"
          : undefined,
    },
    "aws:servicediscovery/service:Service": { autoName: "name", replaces: ["name", "namespaceId"] },
  },
  invokes: { "aws:ec2/getVpc:getVpc": () => ({ id: "vpc-1", cidrBlock: "172.31.0.0/16" }) },
};
