import { at, notFound, only, textAt, unprocessable, type Handlers } from "./http";
import { accepted } from "./jobs";
import { page, passes, related, toOne } from "./places";
import { remove, type Platform, type Route } from "./platform";

/** Routes and where they lead. */
export function routes(platform: Platform): Handlers {
  const route = (guid = ""): Route => {
    const found = platform.routes.find((one) => one.guid === guid);
    if (found === undefined) {
      throw notFound("Route");
    }
    return found;
  };
  const leads = ({ destinations }: Route) =>
    destinations.map(({ guid, app }) => ({ guid, app: { guid: app, process: { type: "web" } }, port: null }));
  const shown = (one: Route) => ({
    metadata: one.metadata,
    guid: one.guid,
    protocol: "http",
    host: one.host,
    path: "",
    port: null,
    url: `${one.host}.${platform.domainName(one.domain)}`,
    destinations: leads(one),
    relationships: { space: toOne(one.space), domain: toOne(one.domain) },
  });
  return {
    "GET /v3/routes": (asked) =>
      page(
        platform,
        "/v3/routes",
        asked,
        platform.routes
          .filter(
            (one) =>
              passes(asked, "hosts", one.host) &&
              passes(asked, "domain_guids", one.domain) &&
              passes(asked, "space_guids", one.space),
          )
          .map(shown),
      ),
    "POST /v3/routes": ({ body }) => {
      only(body, ["host", "path", "port", "relationships", "metadata", "options"]);
      const [domain, space, host] = [related(body, "domain"), related(body, "space"), textAt(body, "host")];
      if (platform.routes.some((one) => one.host === host && one.domain === domain)) {
        throw unprocessable(
          `Route already exists with host '${host}' for domain '${platform.domainName(domain)}'.`,
        );
      }
      const made: Route = {
        guid: platform.guid(),
        host,
        domain,
        space,
        destinations: [],
        metadata: body.metadata,
      };
      platform.routes.push(made);
      return { status: 201, body: shown(made) };
    },
    "GET /v3/routes/:guid": ({ params }) => ({ status: 200, body: shown(route(params.guid)) }),
    "DELETE /v3/routes/:guid": ({ params }) => {
      const { guid } = route(params.guid);
      return accepted(platform, "route.delete", () => remove(platform.routes, (one) => one.guid === guid));
    },
    "GET /v3/routes/:guid/destinations": ({ params }) => ({
      status: 200,
      body: { destinations: leads(route(params.guid)) },
    }),
    "POST /v3/routes/:guid/destinations": ({ params, body }) => {
      only(body, ["destinations"]);
      const found = route(params.guid);
      const wanted = at(body, "destinations");
      if (!Array.isArray(wanted)) {
        throw unprocessable("Destinations must be an array");
      }
      for (const one of wanted) {
        const app = textAt(one, "app", "guid");
        if (!found.destinations.some((known) => known.app === app)) {
          found.destinations.push({ guid: platform.guid(), app });
        }
      }
      return { status: 200, body: { destinations: leads(found) } };
    },
    "DELETE /v3/routes/:guid/destinations/:destination": ({ params }) => {
      remove(route(params.guid).destinations, (one) => one.guid === params.destination);
      return { status: 204 };
    },
  };
}
