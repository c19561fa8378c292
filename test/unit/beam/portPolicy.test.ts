import assert from "node:assert/strict";
import fc from "fast-check";
import {
  isClusterPort,
  openPorts,
  portPolicy,
  type PortPolicyArgs,
} from "../../../components/beam/portPolicy";
import { vmFlags } from "../../../components/beam/vmFlags";

describe("beam port policy", () => {
  it("is epmd on 4369 and distribution on 9000-9010 by default", () => {
    assert.deepEqual(portPolicy(), { epmd: true, epmdPort: 4369, distPorts: { first: 9000, last: 9010 } });
  });

  it("is one port and no epmd where epmd is false", () => {
    const policy = portPolicy({ epmd: false });
    assert.deepEqual(policy, { epmd: false, distPorts: { first: 9000, last: 9000 } });
    assert.deepEqual(openPorts(policy), [{ first: 9000, last: 9000, purpose: "Erlang distribution" }]);
  });

  it("opens epmd and the distribution range and nothing else", () => {
    assert.deepEqual(openPorts(portPolicy({ epmdPort: 14369, distPorts: { first: 9100, last: 9155 } })), [
      { first: 14369, last: 14369, purpose: "epmd" },
      { first: 9100, last: 9155, purpose: "Erlang distribution" },
    ]);
  });

  const refused: [string, PortPolicyArgs, number | undefined, RegExp][] = [
    [
      "port 0",
      { epmdPort: 0 },
      undefined,
      /^ports\.epmdPort is 0; allowed is a whole number from 1 to 65535: give/,
    ],
    [
      "port 65536",
      { distPorts: { first: 9000, last: 65536 } },
      undefined,
      /^ports\.distPorts\.last is 65536; allowed/,
    ],
    ["half a port", { epmdPort: 43.69 }, undefined, /^ports\.epmdPort is 43\.69; allowed/],
    ["a port that is no number", { epmdPort: NaN }, undefined, /^ports\.epmdPort is NaN; allowed/],
    [
      "a reversed range",
      { distPorts: { first: 9100, last: 9099 } },
      undefined,
      /^ports\.distPorts\.last is 9099; allowed is a port from ports\.distPorts\.first \(9100\) up: give a range such as 9099-9100$/,
    ],
    [
      "epmd inside the range",
      { epmdPort: 9005 },
      undefined,
      /^ports\.epmdPort is 9005; allowed is a port outside distPorts \(9000-9010\)/,
    ],
    [
      "HTTP inside the range",
      {},
      9010,
      /^http\.port is 9010; allowed is a port outside distPorts \(9000-9010\)/,
    ],
    ["HTTP on epmd's port", {}, 4369, /^http\.port is 4369; allowed is a port other than epmd's \(4369\)/],
    ["HTTP out of range", {}, 70000, /^http\.port is 70000; allowed/],
    [
      "a range without epmd",
      { epmd: false, distPorts: { first: 9000, last: 9001 } },
      undefined,
      /^ports\.distPorts is "9000-9001"; allowed is exactly one port where ports\.epmd is false/,
    ],
    [
      "an epmd port without epmd",
      { epmd: false, epmdPort: 4369 },
      undefined,
      /^ports\.epmdPort is 4369; allowed is nothing where ports\.epmd is false/,
    ],
  ];
  for (const [what, args, http, message] of refused) {
    it(`refuses ${what}`, () => assert.throws(() => portPolicy(args, http), { message }));
  }

  it("renders rules and VM flags that name the same ports, whatever the policy", () => {
    const port = fc.integer({ min: 1, max: 65535 });
    fc.assert(
      fc.property(fc.boolean(), port, port, port, (epmd, epmdPort, a, b) => {
        const distPorts = epmd ? { first: Math.min(a, b), last: Math.max(a, b) } : { first: a, last: a };
        fc.pre(!epmd || epmdPort < distPorts.first || epmdPort > distPorts.last);
        const policy = portPolicy({ epmd, epmdPort: epmd ? epmdPort : undefined, distPorts });
        const flags = vmFlags(policy, "node");
        const number = (flag: string) => Number(flags[flags.indexOf(flag) + 1]);
        const listened = epmd
          ? { first: number("inet_dist_listen_min"), last: number("inet_dist_listen_max") }
          : { first: number("-erl_epmd_port"), last: number("-erl_epmd_port") };
        const opened = openPorts(policy).find(({ purpose }) => purpose === "Erlang distribution");
        assert.deepEqual({ first: opened?.first, last: opened?.last }, listened);
        assert.equal(
          openPorts(policy).some(({ purpose }) => purpose === "epmd"),
          !flags.includes("-start_epmd"),
        );
        assert.ok(isClusterPort(policy, listened.first) && isClusterPort(policy, listened.last));
      }),
    );
  });

  it("gives a console no port of its own, and no listener without epmd", () => {
    assert.deepEqual(vmFlags(portPolicy(), "client"), []);
    assert.deepEqual(vmFlags(portPolicy({ epmd: false }), "client"), [
      "-start_epmd",
      "false",
      "-erl_epmd_port",
      "9000",
      "-dist_listen",
      "false",
    ]);
  });
});
