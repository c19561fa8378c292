import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { apps } from "./apps";
import { deployments } from "./deployments";
import { droplets } from "./droplets";
import { find, Refused, type Asked, type Body, type Handlers, type Reply } from "./http";
import { jobs } from "./jobs";
import { places } from "./places";
import { switchFaults } from "./faults";
import { Platform } from "./platform";
import { policies } from "./policies";
import { advance } from "./progress";
import { routes } from "./routes";
import { services } from "./services";
import { logins, Uaa } from "./uaa";

export interface LocalCloudFoundry {
  readonly url: string;
  readonly platform: Platform;
  readonly uaa: Uaa;
  /** What to export so that the provider finds it and may do everything. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/**
 * A Cloud Foundry on loopback: v3 API, UAA and policy server in one, with an organisation `demo`, a space `dev`,
 * and a public and an internal domain. It keeps state and takes its time, but runs nothing.
 */
export async function startCloudFoundry({ port = 0, speed = 1 } = {}): Promise<LocalCloudFoundry> {
  const platform = new Platform();
  platform.clock.run(speed);
  const uaa = new Uaa(platform);
  const org = { guid: platform.guid(), name: "demo" };
  platform.orgs.push(org, { guid: platform.guid(), name: "other" });
  platform.spaces.push(
    ...["dev", "staging", "production"].map((name) => ({ guid: platform.guid(), name, org: org.guid })),
  );
  platform.domains.push(
    { guid: platform.guid(), name: "apps.example.test", internal: false },
    { guid: platform.guid(), name: "apps.internal", internal: true },
  );
  let url = "";
  const handlers = everything(platform, uaa, () => url);
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const reply = answer(platform, uaa, handlers, request, Buffer.concat(chunks));
      const text = reply.body === undefined ? "" : JSON.stringify(reply.body);
      response.writeHead(reply.status, {
        "content-type": "application/json",
        "x-vcap-request-id": platform.guid(),
        ...reply.headers,
      });
      response.end(text);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    platform,
    uaa,
    env: { CF_API_URL: url, CF_USER: logins.user, CF_PASSWORD: logins.password },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Everything that is served, by pattern. */
export function everything(platform: Platform, uaa: Uaa, url: () => string): Handlers {
  const link = (path: string) => ({ href: `${url()}${path}` });
  return {
    "GET /": () => ({
      status: 200,
      body: {
        links: {
          self: link(""),
          cloud_controller_v3: { ...link("/v3"), meta: { version: "3.195.0" } },
          network_policy_v1: link("/networking/v1/external"),
          login: link("/uaa"),
          uaa: link("/uaa"),
        },
      },
    }),
    "POST /_faults": ({ body }) => ({ status: 200, body: switchFaults(platform, body) }),
    ...uaa.handlers(),
    ...policies(platform, uaa),
    ...places(platform),
    ...apps(platform),
    ...droplets(platform),
    ...deployments(platform),
    ...routes(platform),
    ...services(platform),
    ...jobs(platform),
  };
}

/** Answers a request; one that nobody serves is refused aloud, so that no test passes on a wrong path. */
function answer(
  platform: Platform,
  uaa: Uaa,
  handlers: Handlers,
  { method = "", url = "", headers }: http.IncomingMessage,
  raw: Buffer,
): Reply {
  const { pathname, searchParams: query } = new URL(url, "http://local");
  const found = find(handlers, method, pathname);
  if (found === undefined) {
    return {
      status: 404,
      body: { errors: [{ code: 10000, title: "CF-NotFound", detail: "Unknown request" }] },
    };
  }
  const body = parsed(headers, raw);
  platform.sent.push({ key: found.key, fields: Object.keys(body), query: [...query.keys()] });
  const refusal = platform.faults.refuse.find(({ pattern, times }) => pattern === found.key && times > 0);
  if (refusal !== undefined) {
    refusal.times--;
    const error = { code: 10013, title: "CF-Refused", detail: "refused by the test" };
    return { status: refusal.status, headers: refusal.headers, body: { errors: [error] } };
  }
  const authorization = headers.authorization ?? "";
  const asked: Asked = { params: found.params, query, authorization, raw, body };
  // No part of the platform: how whoever runs it as a command switches its faults on.
  const open = found.key === "POST /_faults" || found.key === "GET /" || found.key.startsWith("POST /uaa/");
  if (!open && uaa.scopes(asked) === undefined) {
    const detail = "Invalid Auth Token";
    return { status: 401, body: { errors: [{ code: 1000, title: "CF-InvalidAuthToken", detail }] } };
  }
  advance(platform);
  try {
    return found.handler(asked);
  } catch (error) {
    if (error instanceof Refused) {
      const { status, code, title, message } = error;
      return { status, body: { errors: [{ code, title, detail: message }] } };
    }
    throw error;
  }
}

function parsed(headers: http.IncomingHttpHeaders, raw: Buffer): Body {
  return headers["content-type"] === "application/json" && raw.length > 0
    ? (JSON.parse(raw.toString()) as Body)
    : {};
}
