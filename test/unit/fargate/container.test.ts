import assert from "node:assert/strict";
import type { FargateClusterArgs } from "../../../components";
import { all, one } from "../../../testing";
import { cluster, container } from "./support";

const http = { port: 4000, healthCheckPath: "/health" };
const arn = (name: string) => `arn:aws:ssm:eu-central-1:123456789012:web-${name}`;

describe("fargate container", () => {
  it("has exactly the environment it is given, and the boot script", async () => {
    const { resources } = await cluster({ http, env: { PHX_HOST: "example.com", A: "1" } });
    const { environment } = container(resources);
    assert.deepEqual(
      environment.map(({ name, value }) => [name, name === "BEAM_BOOT" ? "" : value]),
      [
        ["A", "1"],
        ["BEAM_BOOT", ""],
        ["PHX_HOST", "example.com"],
        ["PHX_SERVER", "true"],
        ["PORT", "4000"],
      ],
    );
    const boot = environment.find(({ name }) => name === "BEAM_BOOT")?.value ?? "";
    assert.ok(boot.includes("BEAM_NODE=my_app@$beam_address"));
    assert.ok(boot.includes("DNS_CLUSTER_QUERY=my-app.web-stack.internal"));
    assert.ok(boot.includes("ECS_CONTAINER_METADATA_URI_V4"));
  });

  it("asks for its own name, and for those of peers where they are told", async () => {
    const asked = async (peers: FargateClusterArgs["peers"]) => {
      const { environment } = container((await cluster({ peers })).resources);
      const boot = environment.find(({ name }) => name === "BEAM_BOOT")?.value ?? "";
      return /^DNS_CLUSTER_QUERY=(.*)$/m.exec(boot)?.[1];
    };
    const worker = { name: "worker", securityGroupId: "sg-worker" };
    assert.equal(await asked([worker]), "my-app.web-stack.internal");
    assert.equal(
      await asked([{ ...worker, dnsQuery: "worker.prod.internal" }]),
      "my-app.web-stack.internal,worker.prod.internal",
    );
  });

  it("takes its secrets by reference, each from its own parameter, and starts anew when one changes", async () => {
    const { resources } = await cluster({ secrets: { SECRET_KEY_BASE: "s", API_KEY: "k" } });
    const { secrets, dockerLabels } = container(resources);
    assert.deepEqual(secrets, [
      { name: "API_KEY", valueFrom: arn("API_KEY") },
      { name: "RELEASE_COOKIE", valueFrom: arn("RELEASE_COOKIE") },
      { name: "SECRET_KEY_BASE", valueFrom: arn("SECRET_KEY_BASE") },
    ]);
    assert.deepEqual(dockerLabels, {
      "pulumi-beam.secrets": "API_KEY=1 RELEASE_COOKIE=1 SECRET_KEY_BASE=1",
    });
    assert.deepEqual(
      all(resources, "aws:ssm/parameter:Parameter").map(({ name, inputs, secrets: hidden }) => [
        name,
        inputs.type,
        inputs.keyId,
        hidden,
      ]),
      ["SECRET_KEY_BASE", "API_KEY", "RELEASE_COOKIE"].map((name) => [
        `web-${name}`,
        "SecureString",
        undefined,
        ["value"],
      ]),
    );
  });

  it("runs the release through the boot script, logs, and stops in time", async () => {
    const { resources } = await cluster({ releasePath: "/srv/app", stopTimeoutSeconds: 90 });
    const { command, portMappings, stopTimeout, logConfiguration, linuxParameters, name, essential } =
      container(resources);
    assert.deepEqual(command, ["sh", "-c", 'eval "$BEAM_BOOT"', "beam", "/srv/app/bin/my_app", "start"]);
    assert.deepEqual([name, essential, portMappings, stopTimeout], ["my_app", true, [], 90]);
    assert.deepEqual(linuxParameters, { initProcessEnabled: true });
    assert.deepEqual(logConfiguration, {
      logDriver: "awslogs",
      options: {
        "awslogs-group": "web-logs-0000000",
        "awslogs-region": "eu-central-1",
        "awslogs-stream-prefix": "my_app",
      },
    });
  });

  it("has a health check and the HTTP port where it serves HTTP", async () => {
    const { resources } = await cluster({ http, healthCheckGracePeriodSeconds: 600 });
    const { healthCheck, portMappings } = container(resources);
    assert.deepEqual(portMappings, [{ containerPort: 4000, hostPort: 4000, protocol: "tcp" }]);
    const { command, ...times } = healthCheck;
    assert.equal(command[0], "CMD-SHELL");
    assert.deepEqual(times, { interval: 10, timeout: 5, retries: 3, startPeriod: 300 });
  });

  it("can have a root that nobody changes, with a /tmp to write to", async () => {
    const { resources } = await cluster({ readonlyRootFilesystem: true, enableExecuteCommand: false });
    const { readonlyRootFilesystem, linuxParameters, environment } = container(resources);
    assert.equal(readonlyRootFilesystem, true);
    assert.deepEqual(linuxParameters, {
      initProcessEnabled: true,
      tmpfs: [{ containerPath: "/tmp", size: 64 }],
    });
    assert.deepEqual(
      environment.filter(({ name }) => name !== "BEAM_BOOT"),
      [{ name: "RELEASE_TMP", value: "/tmp" }],
    );
  });

  it("encrypts with the key it is given", async () => {
    const { resources } = await cluster({ kmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:key/k" });
    assert.equal(
      one(resources, "aws:ssm/parameter:Parameter").inputs.keyId,
      "arn:aws:kms:eu-central-1:123456789012:key/k",
    );
  });
});
