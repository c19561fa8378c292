import { Cookie, FlyCluster } from "../../../components";
import { deploy } from "../../../testing";
import { declaredFly } from "../../support/declared/fly";
import type { Row } from "../row";

/** Machines in the organisation's private network: every app of the organisation can dial every port. */
export const flyShared: Row = {
  ...row("fly, the organisation's network", undefined),
  stranger: { onlyTheCookie: "whoever is in the organisation's network reaches every port" },
};

/** Machines in a private network of the cluster's own: nobody else is in it. */
export const flyOwn: Row = row("fly, a network of its own", "hello");

function row(target: string, network: string | undefined): Row {
  return {
    target,
    families: ["ipv6"],
    network: { ipv6Prefix: "fdaa:0:1:a7b" },
    stranger: "kept out",
    async declare({ nodes, epmd, release }) {
      const { resources } = await deploy((options) => {
        const cookie = new Cookie("cookie", {}, options);
        return new FlyCluster(
          "web",
          {
            release: "hello_beam",
            image:
              "registry.fly.io/hello-beam@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            releasePath: release,
            nodes,
            cookie: cookie.value,
            ports: { epmd },
            http: { port: 4000 },
            network,
          },
          options,
        );
      });
      const declared = declaredFly(resources);
      return {
        // 6PN is one filter: who is in the network reaches everything, who is not reaches nothing.
        policy:
          declared.network === undefined
            ? { in: "all", out: "all" }
            : {
                in: [
                  { protocol: "tcp", party: "members", purpose: `the private network ${declared.network}` },
                ],
                out: "all",
              },
        start: { command: declared.command, env: declared.env },
        dns: { name: `${declared.app}.internal` },
        cookie: declared.cookie,
        basename: declared.basename,
      };
    },
    surroundings: ({ ipv6 }) => ({
      env: {
        FLY_PRIVATE_IP: ipv6,
        FLY_APP_NAME: "hello",
        FLY_IMAGE_REF:
          "registry.fly.io/hello-beam@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
      },
    }),
  };
}
