import { at, type Asked, type Handlers, type Reply } from "./http";
import { remove, type Platform, type Policy } from "./platform";
import type { Uaa } from "./uaa";

const base = "/networking/v1/external";

/** The policy server: policies are known by their content; making and removing one twice is as good as once. */
export function policies(platform: Platform, uaa: Uaa): Handlers {
  const allowed = (asked: Asked): readonly string[] => uaa.scopes(asked) ?? [];
  const guarded = (handle: (asked: Asked) => Reply) => (asked: Asked) => {
    const scopes = allowed(asked);
    return scopes.some((scope) => ["network.admin", "network.write"].includes(scope))
      ? handle(asked)
      : forbidden(
          `provided scopes [${scopes.join(" ")}] do not include allowed scopes [network.admin network.write]`,
        );
  };
  const accessible = (all: readonly Policy[]) =>
    all.every((one) =>
      [one.source, one.destination].every((id) => platform.apps.some(({ guid }) => guid === id)),
    );
  return {
    [`GET ${base}/policies`]: guarded(({ query }) => {
      const ids = (name: string) => query.get(name)?.split(",");
      const found = platform.policies.filter(
        ({ source, destination }) =>
          (ids("id")?.some((id) => id === source || id === destination) ?? true) &&
          (ids("source_id")?.includes(source) ?? true) &&
          (ids("dest_id")?.includes(destination) ?? true),
      );
      return { status: 200, body: { total_policies: found.length, policies: found.map(shown) } };
    }),
    [`POST ${base}/policies`]: guarded((asked) => {
      const wanted = read(asked);
      if (typeof wanted === "string") {
        return { status: 400, body: { error: wanted } };
      }
      if (!accessible(wanted)) {
        return forbidden("one or more applications cannot be found or accessed");
      }
      const sources = new Set(wanted.map(({ source }) => source));
      const count = (list: readonly Policy[], id: string) =>
        list.filter(({ source }) => source === id).length;
      const full = [...sources].some(
        (id) => count(platform.policies, id) + count(wanted, id) > platform.policyQuota,
      );
      if (full && !allowed(asked).includes("network.admin")) {
        return forbidden("policy quota exceeded");
      }
      platform.policies.push(...wanted.filter((one) => !platform.policies.some((other) => same(one, other))));
      return { status: 200, body: {} };
    }),
    [`POST ${base}/policies/delete`]: guarded((asked) => {
      const wanted = read(asked);
      if (typeof wanted === "string") {
        return { status: 400, body: { error: wanted } };
      }
      if (!accessible(wanted)) {
        return forbidden("one or more applications cannot be found or accessed");
      }
      remove(platform.policies, (one) => wanted.some((other) => same(one, other)));
      return { status: 200, body: {} };
    }),
  };
}

function forbidden(error: string): Reply {
  return { status: 403, body: { error } };
}

/** The policies of a body, or what is wrong with it. */
function read({ body }: Asked): readonly Policy[] | string {
  const list = body.policies;
  if (!Array.isArray(list) || list.length === 0) {
    return "mapper: validate policies: missing policies";
  }
  const found = list.map((one: unknown) => ({
    source: at(one, "source", "id"),
    destination: at(one, "destination", "id"),
    protocol: at(one, "destination", "protocol"),
    start: at(one, "destination", "ports", "start"),
    end: at(one, "destination", "ports", "end"),
  }));
  return found.every(isPolicy) ? found : "mapper: validate policies: invalid policy";
}

function isPolicy(one: Record<keyof Policy, unknown>): one is Policy {
  const port = (value: unknown) => typeof value === "number" && value >= 1 && value <= 65535;
  return (
    typeof one.source === "string" &&
    typeof one.destination === "string" &&
    (one.protocol === "tcp" || one.protocol === "udp") &&
    port(one.start) &&
    port(one.end) &&
    Number(one.start) <= Number(one.end)
  );
}

function same(one: Policy, other: Policy): boolean {
  return JSON.stringify(shown(one)) === JSON.stringify(shown(other));
}

function shown({ source, destination, protocol, start, end }: Policy) {
  return { source: { id: source }, destination: { id: destination, protocol, ports: { start, end } } };
}
