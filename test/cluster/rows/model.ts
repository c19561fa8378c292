import { bootScript } from "../../../components/beam/bootScript";
import { openPorts, portPolicy } from "../../../components/beam/portPolicy";
import type { Row } from "../row";

/**
 * The model itself, without a cloud: the rules are `openPorts`, the boot script is told the address. Whatever
 * holds here holds for a target that renders the same values; and here both address families can be had.
 */
export const model: Row = {
  target: "model",
  families: ["ipv4", "ipv6"],
  stranger: "kept out",
  declare: ({ epmd, release }, family) => {
    const ports = portPolicy({ epmd });
    const cookie = "RingCookieRingCookieRingCookieRingCookieRingCookieRing";
    const boot = bootScript({
      basename: "web",
      ports,
      family,
      address: { sh: 'echo "$NODE_ADDRESS"', looksAt: "NODE_ADDRESS" },
      dnsQuery: "web.internal",
    });
    return Promise.resolve({
      policy: {
        in: openPorts(ports).map(({ first, last, purpose }) => ({
          protocol: "tcp" as const,
          ports: { first, last },
          party: "members" as const,
          purpose,
        })),
        out: "all" as const,
      },
      start: {
        command: (...args) => ["sh", "-c", 'eval "$BEAM_BOOT"', "beam", `${release}/bin/hello_beam`, ...args],
        env: { BEAM_BOOT: boot, RELEASE_COOKIE: cookie, PORT: "4000" },
      },
      dns: { name: "web.internal", most: 8 },
      cookie,
      basename: "web",
    });
  },
  surroundings: ({ ipv4, ipv6 }, family) => ({ env: { NODE_ADDRESS: family === "ipv4" ? ipv4 : ipv6 } }),
};
