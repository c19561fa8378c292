import { app } from "./apps";
import { at, notFound, only, Refused, textAt, unprocessable, type Body, type Handlers } from "./http";
import { page, passes, related, toOne } from "./places";
import { remove, type Binding, type Platform, type Service } from "./platform";

function credentialsIn(body: Body): Record<string, unknown> {
  const found = at(body, "credentials");
  return typeof found === "object" && found !== null ? { ...found } : {};
}

/** User-provided services and the bindings of apps to them. */
export function services(platform: Platform): Handlers {
  const service = (guid = ""): Service => {
    const found = platform.services.find((one) => one.guid === guid);
    if (found === undefined) {
      throw notFound("Service instance");
    }
    return found;
  };
  const shown = ({ guid, name, space, metadata }: Service) => ({
    metadata,
    guid,
    name,
    type: "user-provided",
    relationships: { space: toOne(space) },
  });
  const shownBinding = (one: Binding) => ({
    guid: one.guid,
    type: "app",
    last_operation: { type: "create", state: "succeeded" },
    relationships: { app: toOne(one.app), service_instance: toOne(one.service) },
  });
  return {
    "GET /v3/service_instances": (asked) =>
      page(
        platform,
        "/v3/service_instances",
        asked,
        platform.services
          .filter((one) => passes(asked, "names", one.name) && passes(asked, "space_guids", one.space))
          .map(shown),
      ),
    "POST /v3/service_instances": ({ body }) => {
      only(body, ["type", "name", "credentials", "relationships", "tags", "metadata"]);
      const [name, space] = [textAt(body, "name"), related(body, "space")];
      if (textAt(body, "type") !== "user-provided") {
        throw unprocessable("Only user-provided services are served here");
      }
      if (platform.services.some((one) => one.name === name && one.space === space)) {
        throw unprocessable(`The service instance name is taken: ${name}.`);
      }
      const made: Service = {
        guid: platform.guid(),
        name,
        space,
        credentials: credentialsIn(body),
        metadata: body.metadata,
      };
      platform.services.push(made);
      return { status: 201, body: shown(made) };
    },
    "GET /v3/service_instances/:guid": ({ params }) => ({ status: 200, body: shown(service(params.guid)) }),
    "GET /v3/service_instances/:guid/credentials": ({ params }) => ({
      status: 200,
      body: service(params.guid).credentials,
    }),
    "PATCH /v3/service_instances/:guid": ({ params, body }) => {
      only(body, ["name", "credentials", "tags", "metadata"]);
      const found = service(params.guid);
      found.credentials = credentialsIn(body);
      return { status: 200, body: shown(found) };
    },
    "DELETE /v3/service_instances/:guid": ({ params }) => {
      const { guid } = service(params.guid);
      if (platform.bindings.some((one) => one.service === guid)) {
        throw new Refused(
          422,
          10006,
          "CF-AssociationNotEmpty",
          "Please delete the service_bindings, service_keys, and routes associations for your service_instances.",
        );
      }
      remove(platform.services, (one) => one.guid === guid);
      return { status: 204 };
    },
    "GET /v3/service_credential_bindings": (asked) =>
      page(
        platform,
        "/v3/service_credential_bindings",
        asked,
        platform.bindings.filter((one) => passes(asked, "app_guids", one.app)).map(shownBinding),
      ),
    "POST /v3/service_credential_bindings": ({ body }) => {
      only(body, ["type", "name", "relationships", "parameters", "metadata"]);
      const made: Binding = {
        guid: platform.guid(),
        app: app(platform, related(body, "app")).guid,
        service: service(related(body, "service_instance")).guid,
      };
      if (platform.bindings.some((one) => one.app === made.app && one.service === made.service)) {
        throw unprocessable("The app is already bound to the service instance");
      }
      platform.bindings.push(made);
      return { status: 201, body: shownBinding(made) };
    },
    "DELETE /v3/service_credential_bindings/:guid": ({ params }) => {
      if (!platform.bindings.some((one) => one.guid === params.guid)) {
        throw notFound("Service credential binding");
      }
      remove(platform.bindings, (one) => one.guid === params.guid);
      return { status: 204 };
    },
  };
}
