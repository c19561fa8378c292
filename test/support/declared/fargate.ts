import type { ContainerDefinition } from "../../../components/fargate/containerDefinition";
import { all, one, type Declared } from "../../../testing";

/** Who the other side of a rule is. */
export type Party = "members" | "peers" | "loadBalancer" | { readonly network: string };

export interface DeclaredRule {
  readonly protocol: "tcp";
  readonly ports: { readonly first: number; readonly last: number };
  readonly party: Party;
  /** The words of the rule. */
  readonly purpose: string;
}

/** What a `FargateCluster` declared about its nodes, read from nothing but the recorded resources. */
export interface FargateDeclaration {
  readonly policy: { readonly in: readonly DeclaredRule[]; readonly out: readonly DeclaredRule[] };
  /** Runs a command of the release as ECS, and a console through ECS Exec, would. */
  readonly command: (...args: string[]) => readonly string[];
  /** Environment of the container, with secrets as ECS would put them in. */
  readonly env: Readonly<Record<string, string>>;
  readonly cookie: string;
  readonly nodes: number;
  readonly dns: { readonly name: string; readonly most: number; readonly ttl: number };
  /** Every name its nodes ask for: its own, and those of peers. */
  readonly queries: readonly string[];
  /** The part of the nodes' names before the `@`. */
  readonly basename: string;
}

/** Compiles the resources of the component `name`. */
export function declaredFargate(resources: readonly Declared[], name: string): FargateDeclaration {
  const own = resources.filter(({ parent }) => parent === name);
  const groupId = `${name}-nodes-id`;
  const container = containerOf(own);
  const env = { ...plain(container), ...secrets(own, container) };
  const queries = /^(?:BEAM_ENV=')?DNS_CLUSTER_QUERY=(.*)$/m.exec(env.BEAM_BOOT ?? "")?.[1]?.split(",") ?? [];
  return {
    policy: {
      in: rules(own, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", name, groupId),
      out: rules(own, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", name, groupId),
    },
    // All but the last word is how a command is run; the last one is `start`.
    command: (...args) => [...container.command.slice(0, -1), ...args],
    env,
    cookie: env.RELEASE_COOKIE ?? "",
    nodes: Number(one(own, "aws:ecs/service:Service").inputs.desiredCount),
    dns: dns(own, queries),
    queries,
    basename: /^BEAM_NODE=(.*)@/m.exec(env.BEAM_BOOT ?? "")?.[1] ?? "",
  };
}

function rules(
  own: readonly Declared[],
  type: string,
  name: string,
  groupId: string,
): readonly DeclaredRule[] {
  return all(own, type)
    .filter(({ inputs }) => inputs.securityGroupId === groupId)
    .map(({ inputs }) => ({
      protocol: "tcp",
      ports: { first: Number(inputs.fromPort), last: Number(inputs.toPort) },
      party: party(inputs, name, groupId),
      purpose: String(inputs.description),
    }));
}

function party(inputs: Declared["inputs"], name: string, groupId: string): Party {
  const other = inputs.referencedSecurityGroupId;
  if (other === undefined) {
    return { network: String(inputs.cidrIpv4 ?? inputs.cidrIpv6) };
  }
  return other === groupId ? "members" : other === `${name}-lb-id` ? "loadBalancer" : "peers";
}

function containerOf(own: readonly Declared[]): ContainerDefinition {
  const text = String(one(own, "aws:ecs/taskDefinition:TaskDefinition").inputs.containerDefinitions);
  const [container] = JSON.parse(text) as ContainerDefinition[];
  if (container === undefined) {
    throw new Error("the task definition has no container");
  }
  return container;
}

function plain({ environment }: ContainerDefinition): Record<string, string> {
  return Object.fromEntries(environment.map(({ name, value }) => [name, value]));
}

/** Follows each reference to its parameter, as ECS does when a task starts. */
function secrets(own: readonly Declared[], container: ContainerDefinition): Record<string, string> {
  const parameters = all(own, "aws:ssm/parameter:Parameter");
  return Object.fromEntries(
    container.secrets.map(({ name, valueFrom }) => {
      const found = parameters.find((parameter) => valueFrom.endsWith(parameter.name));
      if (found === undefined) {
        throw new Error(`${name} comes from ${valueFrom}, which nobody declared`);
      }
      return [name, String(found.inputs.value)];
    }),
  );
}

/** A namespace that was there before has its name in what the nodes ask for, and in no resource. */
function dns(own: readonly Declared[], [asked = ""]: readonly string[]): FargateDeclaration["dns"] {
  const service = one(own, "aws:servicediscovery/service:Service").inputs;
  const [namespace] = all(own, "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace");
  const { dnsRecords } = service.dnsConfig as { dnsRecords: { ttl: number }[] };
  return {
    name: namespace === undefined ? asked : `${String(service.name)}.${String(namespace.inputs.name)}`,
    // Cloud Map's routing policy MULTIVALUE answers with eight records at most.
    most: 8,
    ttl: dnsRecords[0]?.ttl ?? 0,
  };
}
