import { reasonOf, type Clock } from "./clock";
import { FlyError } from "./errors";
import { rates, type Rate, type RateLimiter } from "./rateLimit";
import { optionalText, record } from "./shapes";

export interface Call {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below `/v1`, without the query. */
  readonly path: string;
  /** What the server counts, and for which machine or app. */
  readonly action: string;
  readonly id: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Nonce of the lease we hold on the machine. */
  readonly nonce?: string | undefined;
  /** Whether doing it twice is the same as doing it once; only then is a doubtful call repeated. */
  readonly idempotent: boolean;
  readonly rate?: Rate;
  /** How long the server may keep us waiting. */
  readonly patienceSeconds?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpOptions {
  /** Whole value of the Authorization header. */
  readonly authorization: string;
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly limiter: RateLimiter;
}

const attempts = 6;

/** One call to the Machines API: within its rate limits, repeated where that is safe, with one kind of error. */
export class FlyHttp {
  constructor(private readonly options: HttpOptions) {}

  async send(call: Call): Promise<unknown> {
    const { clock, limiter } = this.options;
    for (let attempt = 1; ; attempt++) {
      await limiter.turn(`${call.action} ${call.id}`, call.rate ?? rates.action, call.signal);
      try {
        return await this.once(call);
      } catch (error) {
        if (!(error instanceof FlyError) || attempt === attempts || !mayRepeat(call, error)) {
          throw error;
        }
        // Full jitter, so that those who were refused together do not come back together.
        await clock.sleep(Math.min(8000, 500 * 2 ** attempt) * (0.25 + Math.random()), call.signal);
      }
    }
  }

  private async once(call: Call): Promise<unknown> {
    const { authorization, baseUrl, clock } = this.options;
    const query = new URLSearchParams(call.query).toString();
    const limit = AbortSignal.timeout(Math.max(5000, clock.real(((call.patienceSeconds ?? 0) + 60) * 1000)));
    const failed = (status: number, text: string, code?: string, requestId?: string) =>
      new FlyError({ status, text, code, requestId, method: call.method, path: call.path });
    try {
      const response = await fetch(`${baseUrl}/v1${call.path}${query === "" ? "" : `?${query}`}`, {
        method: call.method,
        headers: {
          authorization,
          accept: "application/json",
          ...(call.body === undefined ? {} : { "content-type": "application/json" }),
          ...(call.nonce === undefined ? {} : { "fly-machine-lease-nonce": call.nonce }),
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        signal: call.signal === undefined ? limit : AbortSignal.any([call.signal, limit]),
      });
      const answer = parsed(await response.text());
      if (response.ok) {
        return answer;
      }
      const { error, message, status: code } = record(answer);
      const text = optionalText(error) ?? optionalText(message) ?? response.statusText;
      const requestId = response.headers.get("fly-request-id") ?? undefined;
      throw failed(response.status, text, optionalText(code), requestId);
    } catch (error) {
      if (error instanceof FlyError) {
        throw error;
      }
      if (call.signal?.aborted === true) {
        throw reasonOf(call.signal);
      }
      throw failed(0, causeOf(error));
    }
  }
}

/** A call that was turned away for its rate was not done; a doubtful one may have been. */
function mayRepeat({ idempotent }: Call, { kind, status }: FlyError): boolean {
  // 408 is how `wait` says "not yet", which is an answer.
  return kind === "rateLimited" || (idempotent && kind === "uncertain" && status !== 408);
}

function parsed(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return { error: text.slice(0, 200) };
  }
}

/** `fetch` hides the reason (a reset, a refused connection) behind "fetch failed". */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
