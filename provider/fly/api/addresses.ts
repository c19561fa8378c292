import type { FlyHttp } from "../http";
import { list, optionalText, record, text } from "../shapes";
import { at } from "./apps";

export interface Address {
  readonly ip: string;
  readonly shared: boolean;
}

export function addressesApi(http: FlyHttp) {
  const of = (app: string) => `${at(app)}/ip_assignments`;
  return {
    async list(app: string): Promise<readonly Address[]> {
      const answer = await http.send({
        method: "GET",
        path: of(app),
        action: "list addresses",
        id: app,
        idempotent: true,
      });
      return list(record(answer).ips).map(address);
    },

    async assign(app: string, body: { type: string; network?: string; region?: string }): Promise<Address> {
      const call = { method: "POST", path: of(app), action: "assign address", id: app, body } as const;
      return address(await http.send({ ...call, idempotent: false }));
    },

    async release(app: string, ip: string): Promise<void> {
      const path = `${of(app)}/${encodeURIComponent(ip)}`;
      await http.send({ method: "DELETE", path, action: "release address", id: app, idempotent: true });
    },
  };
}

function address(value: unknown): Address {
  const one = record(value);
  return { ip: text(optionalText(one.ip), "address"), shared: one.shared === true };
}
