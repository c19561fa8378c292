import type { Sent } from "./platform";

/**
 * Every request of the v3 API that is served here, and the fields its body may have, taken from the published
 * description of version 3.195.0 (https://v3-apidocs.cloudfoundry.org/version/3.195.0). That page and not our
 * server is the judge: a path or field the server takes and the page does not know fails here.
 */
export const published: Readonly<Record<string, readonly string[]>> = {
  "GET /v3/organizations": [],
  "GET /v3/organizations/:guid": [],
  "GET /v3/organizations/:guid/domains/default": [],
  "GET /v3/spaces": [],
  "GET /v3/spaces/:guid": [],
  "GET /v3/domains": [],
  "GET /v3/domains/:guid": [],
  "GET /v3/apps": [],
  "POST /v3/apps": ["name", "relationships", "lifecycle", "environment_variables", "metadata"],
  "GET /v3/apps/:guid": [],
  "DELETE /v3/apps/:guid": [],
  "GET /v3/apps/:guid/environment_variables": [],
  "PATCH /v3/apps/:guid/environment_variables": ["var"],
  "POST /v3/apps/:guid/actions/start": [],
  "POST /v3/apps/:guid/actions/stop": [],
  "GET /v3/apps/:guid/processes": [],
  "GET /v3/processes/:guid": [],
  "PATCH /v3/processes/:guid": ["command", "health_check", "readiness_health_check", "metadata"],
  "POST /v3/processes/:guid/actions/scale": [
    "instances",
    "memory_in_mb",
    "disk_in_mb",
    "log_rate_limit_in_bytes_per_second",
  ],
  "GET /v3/processes/:guid/stats": [],
  "POST /v3/packages": ["type", "relationships", "data", "metadata"],
  "POST /v3/packages/:guid/upload": ["bits", "resources"],
  "GET /v3/packages/:guid": [],
  "POST /v3/builds": [
    "package",
    "lifecycle",
    "staging_memory_in_mb",
    "staging_disk_in_mb",
    "staging_log_rate_limit_bytes_per_second",
    "metadata",
  ],
  "GET /v3/builds/:guid": [],
  "GET /v3/droplets/:guid": [],
  "GET /v3/apps/:guid/relationships/current_droplet": [],
  "PATCH /v3/apps/:guid/relationships/current_droplet": ["data"],
  "GET /v3/deployments": [],
  "POST /v3/deployments": ["strategy", "droplet", "revision", "relationships", "options", "metadata"],
  "GET /v3/deployments/:guid": [],
  "POST /v3/deployments/:guid/actions/cancel": [],
  "GET /v3/routes": [],
  "POST /v3/routes": ["host", "path", "port", "relationships", "metadata", "options"],
  "GET /v3/routes/:guid": [],
  "DELETE /v3/routes/:guid": [],
  "GET /v3/routes/:guid/destinations": [],
  "POST /v3/routes/:guid/destinations": ["destinations"],
  "DELETE /v3/routes/:guid/destinations/:destination": [],
  "GET /v3/service_instances": [],
  "POST /v3/service_instances": [
    "type",
    "name",
    "relationships",
    "credentials",
    "parameters",
    "tags",
    "metadata",
    "syslog_drain_url",
    "route_service_url",
  ],
  "GET /v3/service_instances/:guid": [],
  "GET /v3/service_instances/:guid/credentials": [],
  "PATCH /v3/service_instances/:guid": ["name", "credentials", "tags", "metadata"],
  "DELETE /v3/service_instances/:guid": [],
  "GET /v3/service_credential_bindings": [],
  "POST /v3/service_credential_bindings": ["type", "name", "relationships", "parameters", "metadata"],
  "DELETE /v3/service_credential_bindings/:guid": [],
  "GET /v3/jobs/:guid": [],
};

/** What a list may be filtered by, of what we use; every list takes pages, and many take an order. */
export const publishedQueries: Readonly<Record<string, readonly string[]>> = {
  "GET /v3/organizations": ["names"],
  "GET /v3/spaces": ["names", "organization_guids"],
  "GET /v3/domains": ["names"],
  "GET /v3/apps": ["names", "space_guids"],
  "GET /v3/apps/:guid/processes": ["types", "order_by"],
  "GET /v3/deployments": ["app_guids", "status_values"],
  "GET /v3/routes": ["hosts", "domain_guids", "space_guids"],
  "GET /v3/service_instances": ["names", "space_guids"],
  "GET /v3/service_credential_bindings": ["app_guids", "type"],
  "GET /networking/v1/external/policies": ["id", "source_id", "dest_id"],
};

/** https://github.com/cloudfoundry/cf-networking-release/blob/develop/docs/08-policy-server-api.md */
export const policyServer = [
  "GET /networking/v1/external/policies",
  "POST /networking/v1/external/policies",
  "POST /networking/v1/external/policies/delete",
] as const;

/** Requests as the server saw them that the published descriptions do not know, with what they do not know of them. */
export function unpublished(sent: readonly Sent[]): readonly string[] {
  return sent.flatMap(({ key, fields, query }) => {
    const known = published[key] ?? (key.includes("/networking/") ? ["policies"] : undefined);
    if (known === undefined) {
      return key.includes("/v3/") ? [key] : [];
    }
    const filters = [
      ...(publishedQueries[key] ?? []),
      ...(key.startsWith("GET /v3/") ? ["page", "per_page"] : []),
    ];
    return [
      ...fields.filter((field) => !known.includes(field)),
      ...query.filter((name) => !filters.includes(name)),
    ].map((what) => `${key}: ${what}`);
  });
}
