/** What a refusal means, whatever its words. */
export type FlyErrorKind =
  /** 404: what was asked for does not exist, or cannot be seen yet. */
  | "gone"
  /** 401: the token is not accepted (or the app was made a moment ago). */
  | "unauthorized"
  /** 403: it belongs to somebody else. */
  | "foreign"
  /** 422: the app's name is taken; names of apps are global. */
  | "nameTaken"
  /** 409: a machine of the app has the name already. */
  | "machineExists"
  /** 422 or 503: the region has no room. */
  | "regionFull"
  /** 409: the machine's own host has no room for the update. */
  | "hostFull"
  /** 412: the host of the volume has no room. */
  | "volumeHostFull"
  /** 409: somebody else holds the lease, or changes the machine at this moment. */
  | "held"
  /** 412: not in the state that the action needs. */
  | "notNow"
  /** 429. */
  | "rateLimited"
  /** 408, 5xx, or no answer at all: it may have been done, or not. */
  | "uncertain"
  /** Anything else: asking again would not help. */
  | "refused";

export interface Refusal {
  readonly status: number;
  /** The `status` field of the server's body, where it sends one. */
  readonly code?: string | undefined;
  readonly text: string;
  readonly method: string;
  readonly path: string;
  readonly requestId?: string | undefined;
}

/** Every failure of a call. It carries no header and no body of the request. */
export class FlyError extends Error {
  readonly kind: FlyErrorKind;
  readonly status: number;
  readonly requestId: string | undefined;
  /** What the server said. */
  readonly text: string;

  constructor(refusal: Refusal) {
    const { method, path, status, text, requestId } = refusal;
    const answer = status === 0 ? "no answer" : String(status);
    super(`${method} ${path}: ${answer} ${text}${requestId === undefined ? "" : ` (request ${requestId})`}`);
    this.name = "FlyError";
    this.kind = classify(refusal);
    this.status = status;
    this.requestId = requestId;
    this.text = text;
  }
}

export function isKind(error: unknown, ...kinds: readonly FlyErrorKind[]): error is FlyError {
  return error instanceof FlyError && kinds.includes(error.kind);
}

/** By status and code. Several meanings share 409, and there the code is what the text begins with. */
function classify({ status, code, text }: Refusal): FlyErrorKind {
  if (code === "name_taken") {
    return "nameTaken";
  }
  if (code === "insufficient_capacity") {
    return "regionFull";
  }
  if (code === "volume_placement_capacity") {
    return "volumeHostFull";
  }
  switch (status) {
    case 401:
      return "unauthorized";
    case 403:
      return "foreign";
    case 404:
      return "gone";
    case 409:
      return conflict(text);
    case 412:
      return "notNow";
    case 429:
      return "rateLimited";
    default:
      return status === 0 || status === 408 || status >= 500 ? "uncertain" : "refused";
  }
}

/**
 * 409 carries no code of its own. gRPC's prefix tells a taken name; that a host is full stands in the words
 * alone, which flyctl compares as well.
 */
function conflict(text: string): FlyErrorKind {
  if (text.startsWith("already_exists:")) {
    return "machineExists";
  }
  return text.includes("could not reserve resource") ? "hostFull" : "held";
}
