import { CloudFoundryCluster, Cookie } from "../../../components";
import { all, deploy, mockCookie } from "../../../testing";
import { containerOf, reachable } from "../../support/cloudfoundry/container";
import type { Row } from "../row";

/** Instances of an app: network policies from the app to itself, and an internal route that answers with all of them. */
export const cloudfoundry: Row = {
  target: "cloudfoundry",
  families: ["ipv4"],
  stranger: "kept out",
  async declare({ nodes, epmd, release }) {
    const { resources, result } = await deploy((options) => {
      const cookie = new Cookie("cookie", {}, options);
      return new CloudFoundryCluster(
        "web",
        {
          release: "hello_beam",
          image:
            "registry.example.com/hello_beam@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
          releasePath: release,
          org: "demo",
          space: "dev",
          nodes,
          cookie: cookie.value,
          ports: { epmd },
          http: { port: 8080 },
        },
        options,
      );
    });
    const guid = "web-app-guid";
    const { command, env: given } = containerOf(resources, "web-app", { index: 0, address: "" });
    // What differs from instance to instance comes from the surroundings.
    const { CF_INSTANCE_INTERNAL_IP, CF_INSTANCE_INDEX, ...env } = given;
    const purposes = all(resources, "beam:cloudfoundry:NetworkPolicy").map(({ inputs }) =>
      String(inputs.description),
    );
    const policy = reachable(resources, guid, guid).map((ports, index) => ({
      protocol: "tcp" as const,
      ports,
      party: "members" as const,
      purpose: purposes[index] ?? "",
    }));
    const query = await new Promise<string>((resolve) => result.dnsQuery.apply(resolve));
    return {
      // Diego lets an instance out; security groups for the outside world do not speak of the overlay network.
      policy: { in: policy, out: "all" },
      start: {
        // The platform hands the command to a shell; a console is the same line with another last word.
        command: (...args) => ["sh", "-c", command.replace(/ start$/, ' "$@"'), "app", ...args],
        env,
      },
      dns: { name: query },
      cookie: mockCookie,
      basename: /^BEAM_NODE=(.*)@/m.exec(env.BEAM_BOOT ?? "")?.[1] ?? "",
    };
  },
  surroundings: ({ ipv4 }) => ({ env: { CF_INSTANCE_INTERNAL_IP: ipv4, CF_INSTANCE_INDEX: "0" } }),
};
