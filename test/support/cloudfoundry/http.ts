/** A request as a handler sees it. */
export interface Asked {
  /** What stood for each `:name` of the pattern. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly authorization: string;
  readonly body: Body;
  readonly raw: Buffer;
}

/** The values of a JSON body, or none. */
export type Body = Readonly<Record<string, unknown>>;

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `METHOD /path/with/:names` to what answers it. */
export type Handlers = Readonly<Record<string, (asked: Asked) => Reply>>;

/** A refusal in the words of the v3 API. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: number,
    readonly title: string,
    detail: string,
  ) {
    super(detail);
  }
}

export function notFound(what: string): Refused {
  return new Refused(404, 10010, "CF-ResourceNotFound", `${what} not found`);
}

export function unprocessable(detail: string): Refused {
  return new Refused(422, 10008, "CF-UnprocessableEntity", detail);
}

/** Refuses what the API does not know, as it does. */
export function only(body: Body, names: readonly string[]): void {
  const unknown = Object.keys(body).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw unprocessable(`Unknown field(s): '${unknown.join("', '")}'`);
  }
}

/** A value deep in a body; undefined where it is not. */
export function at(body: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? (value as Body)[key] : undefined),
    body,
  );
}

/** A text deep in a body, which the API insists on. */
export function textAt(body: unknown, ...path: readonly string[]): string {
  const value = at(body, ...path);
  if (typeof value !== "string" || value === "") {
    throw unprocessable(`${path.join(".")} must be a string`);
  }
  return value;
}

/** A whole number deep in a body; the given one where it is not there. */
export function countAt(body: unknown, name: string, otherwise: number): number {
  const value = at(body, name);
  if (value === undefined || value === null) {
    return otherwise;
  }
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
    throw unprocessable(`${name} must be a whole number`);
  }
  return value;
}

/** The handler of a request, and what its pattern's names stand for. */
export function find(handlers: Handlers, method: string, path: string) {
  const parts = path.split("/");
  for (const [key, handler] of Object.entries(handlers)) {
    const [wanted = "", pattern = ""] = key.split(" ");
    const names = pattern.split("/");
    const fits =
      wanted === method &&
      names.length === parts.length &&
      names.every((name, index) => name.startsWith(":") || name === parts[index]);
    if (fits) {
      const params = names.flatMap((name, index) =>
        name.startsWith(":") ? [[name.slice(1), decodeURIComponent(parts[index] ?? "")]] : [],
      );
      return { key, handler, params: Object.fromEntries(params) as Record<string, string> };
    }
  }
  return undefined;
}
