import type { FlyHttp } from "../http";
import { list, optionalText, record, text } from "../shapes";
import { at } from "./apps";

export interface PolicyRule {
  readonly action: "allow";
  readonly direction: "ingress";
  readonly ports: readonly { readonly protocol: "tcp"; readonly port: number }[];
}

export interface Policy {
  readonly id: string;
  readonly name: string;
}

/** Not in the published specification: https://fly.io/docs/machines/guides-examples/network-policies/ */
export function policiesApi(http: FlyHttp) {
  const of = (app: string) => `${at(app)}/network_policies`;
  return {
    async list(app: string): Promise<readonly Policy[]> {
      const call = {
        method: "GET",
        path: of(app),
        action: "list policies",
        id: app,
        idempotent: true,
      } as const;
      const answer = await http.send(call);
      return list(Array.isArray(answer) ? answer : record(answer).network_policies).map(policy);
    },

    /** With an id it replaces that policy. */
    async put(
      app: string,
      body: { id?: string; name: string; selector: object; rules: readonly PolicyRule[] },
    ): Promise<Policy> {
      const call = { method: "POST", path: of(app), action: "put policy", id: app, body } as const;
      return policy(await http.send({ ...call, idempotent: false }));
    },

    async delete(app: string, id: string): Promise<void> {
      const path = `${of(app)}/${encodeURIComponent(id)}`;
      await http.send({ method: "DELETE", path, action: "delete policy", id: app, idempotent: true });
    },
  };
}

function policy(value: unknown): Policy {
  const one = record(value);
  return { id: text(one.id, "id of a network policy"), name: optionalText(one.name) ?? "" };
}
