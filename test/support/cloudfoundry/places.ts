import { at, notFound, type Asked, type Handlers, type Reply } from "./http";
import type { Platform } from "./platform";

/** One page of a collection, with links to its neighbours. */
export function page(platform: Platform, path: string, { query }: Asked, all: readonly object[]): Reply {
  const asked = Number(query.get("per_page") ?? "50");
  const size = Math.min(asked, platform.pageSize);
  const number = Number(query.get("page") ?? "1");
  const pages = Math.max(1, Math.ceil(all.length / size));
  const link = (to: number) => {
    const next = new URLSearchParams(query);
    next.set("page", String(to));
    return { href: `https://api.example.org${path}?${next.toString()}` };
  };
  const pagination = {
    total_results: all.length,
    total_pages: pages,
    first: link(1),
    last: link(pages),
    next: number < pages ? link(number + 1) : null,
    previous: number > 1 ? link(number - 1) : null,
  };
  return { status: 200, body: { pagination, resources: all.slice((number - 1) * size, number * size) } };
}

/** Whether a value is among those a filter names; a filter that is not there lets all pass. */
export function passes({ query }: Asked, name: string, value: string): boolean {
  const wanted = query.get(name);
  return wanted === null || wanted.split(",").includes(value);
}

export function toOne(guid: string) {
  return { data: { guid } };
}

/** The guid in a relationship of a body. */
export function related(body: unknown, name: string): string {
  const guid = at(body, "relationships", name, "data", "guid");
  if (typeof guid !== "string") {
    throw notFound(name);
  }
  return guid;
}

/** Organisations, spaces and domains: an operator's, so they can only be read. */
export function places(platform: Platform): Handlers {
  const space = ({ guid, name, org }: (typeof platform.spaces)[number]) => ({
    guid,
    name,
    relationships: { organization: toOne(org) },
  });
  const domain = ({ guid, name, internal }: (typeof platform.domains)[number]) => ({
    guid,
    name,
    internal,
    supported_protocols: ["http"],
  });
  const only = <One extends { guid: string }>(list: readonly One[], what: string, guid = ""): One => {
    const found = list.find((one) => one.guid === guid);
    if (found === undefined) {
      throw notFound(what);
    }
    return found;
  };
  return {
    "GET /v3/organizations": (asked) =>
      page(
        platform,
        "/v3/organizations",
        asked,
        platform.orgs.filter((one) => passes(asked, "names", one.name)),
      ),
    "GET /v3/organizations/:guid": ({ params }) => ({
      status: 200,
      body: only(platform.orgs, "Organization", params.guid),
    }),
    "GET /v3/organizations/:guid/domains/default": () => ({
      status: 200,
      body: domain(
        only(platform.domains, "Domain", platform.domains.find(({ internal }) => !internal)?.guid),
      ),
    }),
    "GET /v3/spaces": (asked) =>
      page(
        platform,
        "/v3/spaces",
        asked,
        platform.spaces
          .filter((one) => passes(asked, "names", one.name) && passes(asked, "organization_guids", one.org))
          .map(space),
      ),
    "GET /v3/spaces/:guid": ({ params }) => ({
      status: 200,
      body: space(only(platform.spaces, "Space", params.guid)),
    }),
    "GET /v3/domains": (asked) =>
      page(
        platform,
        "/v3/domains",
        asked,
        platform.domains.filter((one) => passes(asked, "names", one.name)).map(domain),
      ),
    "GET /v3/domains/:guid": ({ params }) => ({
      status: 200,
      body: domain(only(platform.domains, "Domain", params.guid)),
    }),
  };
}
