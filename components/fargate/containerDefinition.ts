import type { ClusterSpec } from "../cluster";
import { healthCheckCommand } from "./healthCheck";

/** One container of a task, as ECS wants it. */
export interface ContainerDefinition {
  readonly name: string;
  readonly image: string;
  readonly essential: true;
  readonly command: readonly string[];
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  /** By reference: the values never stand here. */
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly portMappings: readonly {
    readonly containerPort: number;
    readonly hostPort: number;
    readonly protocol: "tcp";
  }[];
  readonly healthCheck: HealthCheck;
  readonly stopTimeout: number;
  readonly readonlyRootFilesystem: boolean;
  readonly linuxParameters: {
    readonly initProcessEnabled: true;
    readonly tmpfs?: readonly { readonly containerPath: string; readonly size: number }[];
  };
  readonly logConfiguration: {
    readonly logDriver: "awslogs";
    readonly options: Readonly<Record<string, string>>;
  };
  readonly dockerLabels: Readonly<Record<string, string>>;
}

interface HealthCheck {
  readonly command: readonly string[];
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  readonly startPeriod: number;
}

export interface StoredSecret {
  readonly variable: string;
  readonly parameterArn: string;
  /** Counts the values it has had. */
  readonly version: number;
}

export interface ContainerSpec {
  readonly cluster: ClusterSpec;
  readonly releasePath: string;
  readonly image: string;
  readonly boot: string;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly StoredSecret[];
  readonly logGroup: string;
  readonly region: string;
  readonly stopTimeoutSeconds: number;
  readonly gracePeriodSeconds: number;
  readonly readonlyRootFilesystem: boolean;
}

/** Renders the node's container. */
export function containerDefinition(spec: ContainerSpec): ContainerDefinition {
  const { release, http } = spec.cluster;
  const secrets = [...spec.secrets].sort((one, other) => (one.variable < other.variable ? -1 : 1));
  return {
    name: release,
    image: spec.image,
    essential: true,
    command: releaseCommand(spec.releasePath, release, "start"),
    environment: Object.entries(environment(spec))
      .map(([name, value]) => ({ name, value }))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
    secrets: secrets.map(({ variable, parameterArn }) => ({ name: variable, valueFrom: parameterArn })),
    // Ports the nodes use among themselves need no mapping: a task has an address of its own.
    portMappings:
      http === undefined ? [] : [{ containerPort: http.port, hostPort: http.port, protocol: "tcp" }],
    healthCheck: {
      command: ["CMD-SHELL", healthCheckCommand(spec.cluster.ports, http)],
      interval: 10,
      timeout: 5,
      retries: 3,
      // ECS allows a start period of 300 seconds at most.
      startPeriod: Math.min(spec.gracePeriodSeconds, 300),
    },
    stopTimeout: spec.stopTimeoutSeconds,
    readonlyRootFilesystem: spec.readonlyRootFilesystem,
    // An init process reaps what ECS Exec leaves behind, and hands SIGTERM on to the VM.
    linuxParameters: {
      initProcessEnabled: true,
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
      ...(spec.readonlyRootFilesystem ? { tmpfs: [{ containerPath: "/tmp", size: 64 }] } : {}),
    },
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": spec.logGroup,
        "awslogs-region": spec.region,
        "awslogs-stream-prefix": release,
      },
    },
    // A task reads its secrets when it starts, so a new value must change the definition to reach the nodes.
    dockerLabels: {
      "pulumi-beam.secrets": secrets.map(({ variable, version }) => `${variable}=${version}`).join(" "),
    },
  };
}

/** Runs a command of the release through the boot script, which lies in the environment. */
export function releaseCommand(releasePath: string, release: string, command: string): readonly string[] {
  return ["sh", "-c", 'eval "$BEAM_BOOT"', "beam", `${releasePath}/bin/${release}`, command];
}

function environment({
  boot,
  cluster: { http },
  env,
  readonlyRootFilesystem,
}: ContainerSpec): Record<string, string> {
  return {
    ...(http === undefined ? {} : { PHX_SERVER: "true" }),
    // Where runtime configuration is written on start.
    ...(readonlyRootFilesystem ? { RELEASE_TMP: "/tmp" } : {}),
    ...env,
    ...(http === undefined ? {} : { PORT: String(http.port) }),
    BEAM_BOOT: boot,
  };
}
