import type { FlyHttp } from "../http";
import { optionalText, record } from "../shapes";

export interface FlyApp {
  readonly name: string;
  readonly organization: string;
  /** Private network it is in; "default" is that of the organisation. */
  readonly network: string;
}

export function appsApi(http: FlyHttp) {
  return {
    async create(app: { name: string; organization: string; network?: string }): Promise<void> {
      await http.send({
        method: "POST",
        path: "/apps",
        action: "create app",
        id: app.organization,
        // The guide says `app_name`, the client of Fly itself and the specification say `name`.
        body: {
          name: app.name,
          app_name: app.name,
          org_slug: app.organization,
          ...(app.network === undefined ? {} : { network: app.network }),
        },
        idempotent: false,
      });
    },

    async get(name: string, signal?: AbortSignal): Promise<FlyApp> {
      const one = record(
        await http.send({
          method: "GET",
          path: at(name),
          action: "get app",
          id: name,
          idempotent: true,
          signal,
        }),
      );
      return {
        name: optionalText(one.name) ?? name,
        organization: optionalText(record(one.organization).slug) ?? "",
        network: optionalText(one.network) ?? "default",
      };
    },

    /** Answers before it is done, and takes machines, volumes and addresses along. */
    async delete(name: string): Promise<void> {
      await http.send({
        method: "DELETE",
        path: at(name),
        query: { force: "true" },
        action: "delete app",
        id: name,
        idempotent: true,
      });
    },
  };
}

export function at(app: string): string {
  return `/apps/${encodeURIComponent(app)}`;
}
