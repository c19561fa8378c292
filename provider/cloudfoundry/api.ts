import { setTimeout as sleep } from "node:timers/promises";
import { tokens, type Credentials, type Tokens } from "./auth";
import { CloudFoundryError, errorEntries } from "./errors";
import { Fields } from "./fields";
import { discover, type Endpoints } from "./discovery";

export interface ApiOptions {
  /** Address of the API, such as `https://api.example.org`. */
  readonly baseUrl: string;
  readonly credentials: Credentials;
  /** The global one at the time of the call where left out. */
  readonly fetch?: typeof globalThis.fetch;
}

export interface Answer {
  readonly body: Fields;
  /** The job that finishes what was asked, as a path. */
  readonly job: string | undefined;
}

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is where it is a form. */
  readonly body?: object;
  /** Whether doing it twice is as good as once; GET and DELETE are taken to be. */
  readonly repeatable?: boolean;
  readonly signal?: AbortSignal;
}

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** Times a request is sent before its refusal is passed on. */
const attempts = 6;
/** The longest that a server may ask us to wait before the next try. */
const longestPauseSeconds = 60;
const longestAnswerSeconds = 120;
const longestUploadSeconds = 1800;

/** Speaks HTTP with one Cloud Foundry: token, pages, patience and typed errors; knows nothing of what it carries. */
export class CloudFoundryApi {
  private endpoints: Promise<Endpoints> | undefined;
  private tokens: Tokens | undefined;

  constructor(private readonly options: ApiOptions) {}

  /** A request to the v3 API; `path` begins with `/v3`. */
  async request(method: Method, path: string, options: RequestOptions = {}): Promise<Answer> {
    return await this.send(method, new URL(path, (await this.discovered()).v3), path, options);
  }

  /** A request to the policy server; `path` is one behind `/networking/v1/external`. */
  async networking(method: Method, path: string, options: RequestOptions = {}): Promise<Answer> {
    const { networking } = await this.discovered();
    return await this.send(method, new URL(`${networking}${path}`), path, options);
  }

  /** Every resource of a collection, page after page. */
  async list(path: string, query: Readonly<Record<string, string>> = {}): Promise<readonly Fields[]> {
    const found: Fields[] = [];
    let next: string | undefined = `${path}?${new URLSearchParams({ ...query, per_page: "100" }).toString()}`;
    while (next !== undefined) {
      const { body }: Answer = await this.request("GET", next);
      found.push(...body.list("resources"));
      next = pathOf(body.optionalText("pagination", "next", "href"));
    }
    return found;
  }

  private async discovered(): Promise<Endpoints> {
    this.endpoints ??= discover(this.options.baseUrl, this.fetch);
    try {
      return await this.endpoints;
    } catch (error) {
      this.endpoints = undefined;
      throw error;
    }
  }

  private async send(method: Method, url: URL, path: string, options: RequestOptions): Promise<Answer> {
    for (const [key, value] of Object.entries(options.query ?? {})) {
      url.searchParams.set(key, value);
    }
    const repeatable = options.repeatable ?? (method === "GET" || method === "DELETE");
    let renewed = false;
    for (let attempt = 1; ; attempt++) {
      const token = await this.token();
      const answer = await this.once(method, url, token, options);
      if (answer.ok) {
        const body: unknown = await answer.json().catch(() => ({}));
        return {
          body: new Fields(body, `${method} ${path}`),
          job: pathOf(answer.headers.get("location") ?? undefined),
        };
      }
      // Whoever refuses a token has done nothing yet, so the request may be repeated whatever it is.
      if (answer.status === 401 && !renewed && this.tokens?.refused(token) === true) {
        renewed = true;
        continue;
      }
      if (attempt < attempts && worthRepeating(answer.status, repeatable)) {
        await sleep(pauseSeconds(answer.headers, attempt) * 1000, undefined, { signal: options.signal });
        continue;
      }
      const errors = errorEntries(await answer.json().catch(() => undefined));
      const requestId = answer.headers.get("x-vcap-request-id") ?? undefined;
      throw new CloudFoundryError({ status: answer.status, method, path, requestId, errors });
    }
  }

  private async once(method: Method, url: URL, token: string, options: RequestOptions): Promise<Response> {
    const { body, signal } = options;
    const form = body instanceof FormData;
    return await this.fetch(url, {
      method,
      headers: {
        authorization: `bearer ${token}`,
        accept: "application/json",
        ...(body === undefined || form ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? undefined : form ? body : JSON.stringify(body),
      signal: AbortSignal.any([
        AbortSignal.timeout((form ? longestUploadSeconds : longestAnswerSeconds) * 1000),
        ...(signal === undefined ? [] : [signal]),
      ]),
    });
  }

  private async token(): Promise<string> {
    const { uaa } = await this.discovered();
    this.tokens ??= tokens({ uaa, credentials: this.options.credentials, fetch: this.fetch });
    return await this.tokens.current();
  }

  private get fetch(): typeof globalThis.fetch {
    return this.options.fetch ?? globalThis.fetch;
  }
}

/** 429 is said before anything is done; the others leave open whether it was. */
function worthRepeating(status: number, repeatable: boolean): boolean {
  return status === 429 || (repeatable && [502, 503, 504].includes(status));
}

/** `X-RateLimit-Reset` holds seconds since 1970: https://v3-apidocs.cloudfoundry.org/#rate-limit-headers */
function pauseSeconds(headers: Headers, attempt: number): number {
  const after = Number(headers.get("retry-after") ?? NaN);
  const reset = Number(headers.get("x-ratelimit-reset") ?? NaN) - Date.now() / 1000;
  const asked = [after, reset].find((seconds) => Number.isFinite(seconds) && seconds >= 0);
  return Math.min(asked ?? 0.25 * 2 ** attempt, longestPauseSeconds);
}

/** Links are absolute; only their path is followed, so that no answer can send our token to another host. */
function pathOf(href: string | undefined): string | undefined {
  if (href === undefined) {
    return undefined;
  }
  const url = new URL(href, "http://api.invalid");
  return `${url.pathname}${url.search}`;
}
