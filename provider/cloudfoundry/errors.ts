/** One error of the v3 API, in its own words. */
export interface ErrorEntry {
  readonly code: number;
  readonly title: string;
  readonly detail: string;
}

export interface Refusal {
  readonly status: number;
  readonly method: string;
  readonly path: string;
  readonly requestId: string | undefined;
  readonly errors: readonly ErrorEntry[];
}

/**
 * Whatever Cloud Foundry refused: `POST /v3/apps: 422 CF-UnprocessableEntity: name is taken (request 0b1c…)`.
 * Callers branch on `status`, or on the code of an error, never on words.
 * Format: https://v3-apidocs.cloudfoundry.org/#errors
 */
export class CloudFoundryError extends Error {
  readonly status: number;
  readonly errors: readonly ErrorEntry[];

  constructor({ status, method, path, requestId, errors }: Refusal) {
    const words = errors.map(({ title, detail }) => `${title}: ${detail}`).join("; ");
    const request = requestId === undefined ? "" : ` (request ${requestId})`;
    super(`${method} ${path}: ${status} ${words || "no reason given"}${request}`);
    this.name = "CloudFoundryError";
    this.status = status;
    this.errors = errors;
  }

  /** The thing is not there, or not for us to see, which the API does not tell apart. */
  get isGone(): boolean {
    return this.status === 404;
  }

  get isForbidden(): boolean {
    return this.status === 403;
  }
}

/** Reads the errors out of an answer of the v3 API, of UAA or of the policy server; none of them repeats a secret. */
export function errorEntries(body: unknown): readonly ErrorEntry[] {
  if (!isObject(body)) {
    return [];
  }
  if (Array.isArray(body.errors)) {
    return body.errors.filter(isObject).map(({ code, title, detail }) => ({
      code: typeof code === "number" ? code : 0,
      title: typeof title === "string" ? title : "error",
      detail: typeof detail === "string" ? detail : "",
    }));
  }
  // UAA says error and error_description, the policy server error alone.
  const { error, error_description: description } = body;
  return typeof error === "string"
    ? [{ code: 0, title: error, detail: typeof description === "string" ? description : "" }]
    : [];
}

/** For `.catch` of a removal: what is gone already needs no removing. */
export function ignoreGone(error: unknown): undefined {
  if (error instanceof CloudFoundryError && error.isGone) {
    return undefined;
  }
  throw error;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
