import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { bootScript, type BootSpec } from "../../../components/beam/bootScript";
import { portPolicy } from "../../../components/beam/portPolicy";

/** The shape of every mix release's start script: env.sh is sourced, then the command is run. */
const startScript = `#!/bin/sh
set -e
SELF=$(readlink "$0" || true)
if [ -z "$SELF" ]; then SELF="$0"; fi
RELEASE_ROOT="$(CDPATH='' cd "$(dirname "$SELF")/.." && pwd -P)"
REL_VSN_DIR="$RELEASE_ROOT/releases/1"
. "$REL_VSN_DIR/env.sh"
run () {
  env -0
  echo "root=$RELEASE_ROOT args=$*" \\
       --cookie "$RELEASE_COOKIE" \\
       end
}
run "$@"
`;

/** What \`fly launch\` leaves in a Phoenix release: names of its own, and a digest breaks them. */
const flyEnv = `#!/bin/sh

# configure node for distributed erlang with IPV6 support
export ERL_AFLAGS="-proto_dist inet6_tcp"
export ECTO_IPV6="true"
export DNS_CLUSTER_QUERY="\${FLY_APP_NAME}.internal"
export RELEASE_DISTRIBUTION="name"
export RELEASE_NODE="\${FLY_APP_NAME}-\${FLY_IMAGE_REF##*-}@\${FLY_PRIVATE_IP}"
`;

const spec: BootSpec = {
  basename: "web",
  ports: portPolicy(),
  family: "ipv4",
  address: { sh: "echo 10.0.0.7", looksAt: "the test" },
};

describe("beam boot script", () => {
  let directory: string;
  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "beam-boot-"));
    fs.mkdirSync(path.join(directory, "bin"));
    fs.mkdirSync(path.join(directory, "releases", "1"), { recursive: true });
    fs.writeFileSync(path.join(directory, "bin", "web"), startScript, { mode: 0o755 });
    fs.writeFileSync(path.join(directory, "releases", "1", "env.sh"), "#!/bin/sh\n# nothing\n");
  });
  afterEach(() => fs.rmSync(directory, { recursive: true }));

  const shells = ["sh", "dash", "bash", "busybox"].filter(
    (shell) => spawnSync(shell, ["--help"]).error === undefined,
  );

  function boot(
    wanted: Partial<BootSpec>,
    args: readonly string[],
    env: Record<string, string> = {},
    shell = "sh",
  ) {
    const BEAM_BOOT = bootScript({ ...spec, ...wanted });
    const command = path.join(directory, "bin", "web");
    const result = spawnSync(
      shell,
      [...(shell === "busybox" ? ["sh"] : []), "-c", 'eval "$BEAM_BOOT"', "beam", command, ...args],
      {
        env: { PATH: process.env.PATH, RELEASE_COOKIE: "the-cookie", ...env, BEAM_BOOT },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const lines = result.stdout
      .split("\0")
      .filter((line) => /^(RELEASE|ERL|DNS|ECTO)_[A-Z0-9_]+=/.test(line));
    const vars = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
    return { ...result, vars };
  }

  for (const shell of shells) {
    it(`names a node and holds it to its ports, under ${shell}`, () => {
      const { vars, stdout, stderr } = boot({ dnsQuery: "web.internal" }, ["start"], {}, shell);
      assert.equal(stderr, "");
      assert.deepEqual(vars, {
        DNS_CLUSTER_QUERY: "web.internal",
        ERL_AFLAGS: "-kernel inet_dist_listen_min 9000 inet_dist_listen_max 9010",
        ERL_EPMD_PORT: "4369",
        RELEASE_COOKIE: "the-cookie",
        RELEASE_DISTRIBUTION: "name",
        RELEASE_NODE: "web@10.0.0.7",
      });
      assert.ok(stdout.includes(`root=${fs.realpathSync(directory)} args=start --cookie the-cookie end`));
    });
  }

  it("keeps the ports from remote, rpc, stop and pid, and passes every argument on as it is", () => {
    for (const command of ["remote", "rpc", "stop", "pid", "restart", "eval"]) {
      const { vars, stdout } = boot({}, [command, `IO.puts "it's $HOME"`]);
      assert.equal(vars.ERL_AFLAGS, "");
      assert.equal(vars.RELEASE_NODE, "web@10.0.0.7");
      assert.ok(stdout.includes(`args=${command} IO.puts "it's $HOME" --cookie`));
    }
  });

  it("without epmd tells nodes and consoles the one port, and lets consoles not listen", () => {
    const ports = portPolicy({ epmd: false, distPorts: { first: 9100, last: 9100 } });
    assert.equal(boot({ ports }, ["daemon"]).vars.ERL_AFLAGS, "-start_epmd false -erl_epmd_port 9100");
    assert.equal(
      boot({ ports }, ["rpc", "1"]).vars.ERL_AFLAGS,
      "-start_epmd false -erl_epmd_port 9100 -dist_listen false",
    );
    assert.equal(boot({ ports }, ["start"]).vars.ERL_EPMD_PORT, undefined);
  });

  it("wins over the env.sh that fly launch writes, on a digest-pinned image too", () => {
    fs.writeFileSync(path.join(directory, "releases", "1", "env.sh"), flyEnv);
    const { vars } = boot(
      {
        family: "ipv6",
        address: { sh: 'echo "$FLY_PRIVATE_IP"', looksAt: "FLY_PRIVATE_IP" },
        dnsQuery: "app.internal",
      },
      ["start"],
      {
        FLY_APP_NAME: "other",
        FLY_IMAGE_REF: "registry.fly.io/app@sha256:0123abcd",
        FLY_PRIVATE_IP: "fdaa:0:1::3",
      },
    );
    assert.equal(vars.RELEASE_NODE, "web@fdaa:0:1::3");
    assert.equal(vars.DNS_CLUSTER_QUERY, "app.internal");
    assert.equal(
      vars.ERL_AFLAGS,
      "-proto_dist inet6_tcp -kernel inet_dist_listen_min 9000 inet_dist_listen_max 9010",
    );
  });

  it("takes that env.sh's IPv6 flag out on an IPv4 network", () => {
    fs.writeFileSync(path.join(directory, "releases", "1", "env.sh"), flyEnv);
    const { vars } = boot({}, ["remote"]);
    assert.equal(vars.ERL_AFLAGS, "");
  });

  it("gives -proto_dist once, keeps TLS, and keeps the user's other flags behind its own", () => {
    const ports = portPolicy({ distPorts: { first: 9000, last: 9000 } });
    const own = "-kernel inet_dist_listen_min 9000 inet_dist_listen_max 9000";
    const flags = (family: "ipv4" | "ipv6", given: string) =>
      boot({ ports, family }, ["start"], { ERL_AFLAGS: given }).vars.ERL_AFLAGS;
    assert.equal(
      flags("ipv6", "+P 5000 -proto_dist inet6_tcp -x *"),
      `-proto_dist inet6_tcp ${own} +P 5000 -x *`,
    );
    assert.equal(
      flags("ipv6", "-proto_dist inet_tls -ssl_dist_optfile f"),
      `-proto_dist inet6_tls ${own} -ssl_dist_optfile f`,
    );
    assert.equal(flags("ipv4", "-proto_dist inet_tls"), `-proto_dist inet_tls ${own}`);
    const elsewhere = boot({ ports, family: "ipv6" }, ["start"], { ERL_ZFLAGS: "-proto_dist inet6_tls" });
    assert.equal(elsewhere.vars.ERL_AFLAGS, own);
  });

  it("takes the cookie off a console's command line where the target keeps it in a file", () => {
    assert.ok(boot({ cookieInHome: true }, ["rpc", "x"]).stdout.includes("args=rpc x end"));
    assert.ok(boot({ cookieInHome: true }, ["start"]).stdout.includes("args=start --cookie the-cookie end"));
  });

  it("stops with a message where it finds no address, no IP address, or no release", () => {
    const none = boot({ address: { sh: "true", looksAt: "ECS_CONTAINER_METADATA_URI_V4" } }, ["start"]);
    assert.equal(none.status, 78);
    assert.match(none.stderr, /^pulumi-beam: found no address of this node in ECS_CONTAINER_METADATA_URI_V4/);
    const odd = boot({ address: { sh: "echo 'no such host'", looksAt: "x" } }, ["start"]);
    assert.equal(odd.status, 78);
    assert.match(odd.stderr, /'no' is no IP address/);
    fs.rmSync(path.join(directory, "bin", "web"));
    assert.match(boot({}, ["start"]).stderr, /no release at '.*bin\/web'; give the path of its start script/);
  });

  it("takes the first of several addresses", () => {
    assert.equal(
      boot({ address: { sh: "echo '10.0.0.9 172.17.0.2 '", looksAt: "x" } }, ["start"]).vars.RELEASE_NODE,
      "web@10.0.0.9",
    );
  });

  it("passes a shell linter", () => {
    const script = `#!/bin/sh\n${bootScript({ ...spec, dnsQuery: "a.b", cookieInHome: true })}`;
    execFileSync("shellcheck", ["-s", "sh", "-S", "warning", "-e", "SC2089,SC2090", "-"], { input: script });
  });
});
