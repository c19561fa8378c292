import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { clock, type Clock } from "../../../provider/fly/clock";
import { appRoutes } from "./appRoutes";
import { Buckets } from "./bucket";
import { faultFor, type Fault } from "./faults";
import { Life } from "./life";
import { machineRoutes } from "./machineRoutes";
import { machineSideRoutes } from "./machineSideRoutes";
import { storageRoutes } from "./storageRoutes";
import { bag, Refused, World, type Bag } from "./world";

type Ids = Record<"app" | "id" | "key" | "ip" | "hostname", string>;

interface Asked {
  readonly query: URLSearchParams;
  readonly body: Bag;
  readonly nonce: string | undefined;
}

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly action: string;
  readonly status?: number;
  readonly answer: (ids: Ids, asked: Asked) => unknown;
}

export interface LocalFly {
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly world: World;
  readonly life: Life;
  /** Switch on by adding to it; what is counted takes itself out. */
  readonly faults: Fault[];
  /** Every call, as `action status`, in order. */
  readonly calls: { action: string; id: string; status: number; at: number }[];
  /** Calls of a path it does not know; a test fails on any. */
  readonly unexpected: string[];
  readonly close: () => Promise<void>;
}

/** A Machines API on this machine, as far as this project uses it, with the ways of the real one. */
export async function startLocalFly({ speed = 1, port = 0, time = clock(speed) } = {}): Promise<LocalFly> {
  const world = new World(time);
  const faults: Fault[] = [];
  const life = new Life(world, faults);
  const buckets = new Buckets(world);
  const calls: LocalFly["calls"] = [];
  const unexpected: string[] = [];
  const routes = [
    ...appRoutes(world),
    ...machineRoutes(world, life, faults),
    ...machineSideRoutes(world, life),
    ...storageRoutes(world),
  ].map((route) => ({
    ...route,
    pattern: new RegExp(`^/v1${route.path.replace(/:(\w+)/g, "(?<$1>[^/]+)")}/?$`),
  }));
  let requests = 0;

  const handle = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://local");
    const body = await read(request);
    if (url.pathname === "/_faults" && request.method === "POST") {
      faults.push(body as unknown as Fault);
      reply(response, 200, faults);
      return;
    }
    const route = routes.find(
      ({ method, pattern }) => method === request.method && pattern.test(url.pathname),
    );
    if (route === undefined) {
      unexpected.push(`${request.method ?? ""} ${url.pathname}`);
      reply(response, 501, { error: `unexpected: ${request.method ?? ""} ${url.pathname}` });
      return;
    }
    const ids = Object.fromEntries(
      Object.entries(route.pattern.exec(url.pathname)?.groups ?? {}).map(([key, id]) => [
        key,
        decodeURIComponent(id),
      ]),
    ) as Ids;
    // Limits go by machine (or volume), else by app.
    const counted = ids.id || ids.app || "";
    const call = { action: route.action, id: counted, status: 0, at: world.now() };
    calls.push(call);
    const nonce = request.headers["fly-machine-lease-nonce"];
    const asked = { query: url.searchParams, body, nonce: typeof nonce === "string" ? nonce : undefined };
    response.setHeader("fly-request-id", `01LOCAL${String(++requests).padStart(6, "0")}`);
    const finish = (status: number, answer: unknown) => {
      call.status = status;
      reply(response, status, answer);
    };
    try {
      authorized(request.headers.authorization);
      if (faultFor(faults, "rateLimited", route.action) !== undefined) {
        throw new Refused(429, "resource_exhausted: rate limit exceeded");
      }
      buckets.take(route.action, call.id);
      if (faultFor(faults, "unavailable", route.action) !== undefined) {
        throw new Refused(503, "upstream unavailable");
      }
      const reset = faultFor(faults, "reset", route.action);
      if (reset?.done === false) {
        request.socket.destroy();
        return;
      }
      const answer = await route.answer(ids, asked);
      if (reset !== undefined) {
        request.socket.destroy();
        return;
      }
      if (faultFor(faults, "ambiguous", route.action) !== undefined) {
        throw new Refused(408, "deadline_exceeded: request timed out");
      }
      finish(route.status ?? 200, answer);
    } catch (error) {
      if (error instanceof Refused) {
        finish(error.status, {
          error: error.message,
          ...(error.code === undefined ? {} : { status: error.code }),
        });
      } else {
        finish(500, { error: String(error) });
      }
    }
  };

  const server = http.createServer((request, response) => void handle(request, response));
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clock: time,
    world,
    life,
    faults,
    calls,
    unexpected,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Macaroons under their own scheme, others as bearer tokens, and nothing pasted twice. */
function authorized(header: string | undefined): void {
  if (header === undefined || !/^(FlyV1 fm\w+_[^\s]+|Bearer (?!fm2_)[^\s]+)$/.test(header)) {
    throw new Refused(401, "Authenticate: malformed authorization header");
  }
  if (header.includes("expired")) {
    throw new Refused(401, "Authenticate: token validation error");
  }
}

async function read(request: http.IncomingMessage): Promise<Bag> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? {} : bag(JSON.parse(text));
}

function reply(response: http.ServerResponse, status: number, answer: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(answer === undefined ? undefined : JSON.stringify(answer));
}
