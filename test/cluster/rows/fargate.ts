import { Cookie, FargateCluster } from "../../../components";
import { deploy } from "../../../testing";
import { declaredFargate } from "../../support/declared/fargate";
import { aws } from "../../unit/fargate/support";
import type { Row } from "../row";

/** Tasks of an ECS service: security groups, Cloud Map, task metadata v4. */
export const fargate: Row = {
  target: "fargate",
  families: ["ipv4"],
  network: { cloudAddresses: ["169.254.170.2"] },
  metadataAddresses: ["169.254.170.2"],
  stranger: "kept out",
  async declare({ nodes, epmd, release }) {
    const { resources } = await deploy((options) => {
      const cookie = new Cookie("cookie", {}, options);
      return new FargateCluster(
        "web",
        {
          release: "hello_beam",
          image:
            "registry.example.com/hello_beam@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
          releasePath: release,
          nodes,
          cookie: cookie.value,
          ports: { epmd },
          http: { port: 4000 },
          peers: [{ name: "worker", securityGroupId: "sg-worker" }],
          assignPublicIp: true,
        },
        options,
      );
    }, aws);
    const { policy, command, env, cookie, dns, basename } = declaredFargate(resources, "web");
    return { policy, start: { command, env }, dns, cookie, basename };
  },
  surroundings: ({ ipv4 }) => ({
    env: { ECS_CONTAINER_METADATA_URI_V4: "http://169.254.170.2/v4/task" },
    metadata: {
      "/v4/task": JSON.stringify({
        Name: "hello_beam",
        Networks: [{ NetworkMode: "awsvpc", IPv4Addresses: [ipv4], AttachmentIndex: 0 }],
      }),
    },
  }),
};
