import { misuse } from "../../components/beam/misuse";
import type { CloudFoundryApi } from "./api";

export interface Place {
  readonly org: string;
  readonly space: string;
}

/** The guid of a space, found by its name and that of its organisation. */
export async function spaceGuid(api: CloudFoundryApi, { org, space }: Place): Promise<string> {
  const orgGuid = await organizationGuid(api, org);
  return await named(api, "space", "/v3/spaces", space, { organization_guids: orgGuid });
}

async function organizationGuid(api: CloudFoundryApi, org: string): Promise<string> {
  return await named(api, "org", "/v3/organizations", org, {});
}

/** The names of a space and of its organisation. */
export async function placeOf(api: CloudFoundryApi, guid: string): Promise<Place> {
  const { body: space } = await api.request("GET", `/v3/spaces/${guid}`);
  const org = space.text("relationships", "organization", "data", "guid");
  const { body } = await api.request("GET", `/v3/organizations/${org}`);
  return { org: body.text("name"), space: space.text("name") };
}

export interface Domain {
  readonly guid: string;
  readonly name: string;
  readonly internal: boolean;
}

/** A domain, found by its name; the organisation's default one where there is none. */
export async function domain(api: CloudFoundryApi, name: string | undefined, org: string): Promise<Domain> {
  const [found] =
    name === undefined
      ? [
          (await api.request("GET", `/v3/organizations/${await organizationGuid(api, org)}/domains/default`))
            .body,
        ]
      : await api.list("/v3/domains", { names: name });
  if (found !== undefined) {
    return { guid: found.text("guid"), name: found.text("name"), internal: found.flag("internal") };
  }
  const all = await api.list("/v3/domains");
  const known = all.map((one) => `${one.text("name")}${one.flag("internal") ? " (internal)" : ""}`);
  throw misuse(
    "domain",
    name,
    known.join(", ") || "none, for there is no domain yet",
    "choose one of these; an operator adds an internal one with `cf create-shared-domain apps.internal --internal`",
  );
}

/** Why a domain cannot be used; undefined where it can. */
export function wrongDomain({ name, internal }: Domain, wanted: boolean): string | undefined {
  if (internal === wanted) {
    return undefined;
  }
  return wanted
    ? `domain is ${JSON.stringify(name)}, which the world can reach; allowed is an internal domain: nodes find each other by it`
    : `domain is ${JSON.stringify(name)}, which is internal; allowed is a public domain: HTTP comes from outside`;
}

async function named(
  api: CloudFoundryApi,
  field: string,
  path: string,
  name: string,
  query: Readonly<Record<string, string>>,
): Promise<string> {
  const [found] = await api.list(path, { ...query, names: name });
  if (found !== undefined) {
    return found.text("guid");
  }
  const known = (await api.list(path, query)).map((one) => one.text("name"));
  throw misuse(
    field,
    name,
    known.join(", ") || "none, for this login sees none",
    `choose one of these, or ask for a role in ${JSON.stringify(name)}`,
  );
}
