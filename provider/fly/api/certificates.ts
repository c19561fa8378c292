import type { FlyHttp } from "../http";
import { optionalText, record } from "../shapes";
import { at } from "./apps";

export interface Certificate {
  readonly hostname: string;
  readonly status: string;
  /** Records the owner of the domain has to make. */
  readonly dnsRequirements: Readonly<Record<string, unknown>>;
}

export function certificatesApi(http: FlyHttp) {
  const of = (app: string) => `${at(app)}/certificates`;
  const one = (app: string, hostname: string) => `${of(app)}/${encodeURIComponent(hostname)}`;
  return {
    async request(app: string, hostname: string): Promise<Certificate> {
      const path = `${of(app)}/acme`;
      const call = {
        method: "POST",
        path,
        action: "request certificate",
        id: app,
        body: { hostname },
      } as const;
      return certificate(await http.send({ ...call, idempotent: true }), hostname);
    },

    async get(app: string, hostname: string): Promise<Certificate> {
      const path = one(app, hostname);
      const call = { method: "GET", path, action: "get certificate", id: app, idempotent: true } as const;
      return certificate(await http.send(call), hostname);
    },

    async delete(app: string, hostname: string): Promise<void> {
      const path = one(app, hostname);
      await http.send({ method: "DELETE", path, action: "delete certificate", id: app, idempotent: true });
    },
  };
}

function certificate(value: unknown, hostname: string): Certificate {
  const one = record(value);
  return {
    hostname: optionalText(one.hostname) ?? hostname,
    status: optionalText(one.status) ?? "",
    dnsRequirements: record(one.dns_requirements),
  };
}
