import type { Asked, Handlers, Reply } from "./http";
import type { Platform } from "./platform";

interface Token {
  readonly scopes: readonly string[];
  readonly endsAt: number;
}

/** Logins that are known: of users, and of clients. */
export const logins = {
  user: "admin",
  password: "local-password",
  client: "ci",
  secret: "local-secret",
} as const;

/** UAA as far as it gives tokens and knows them again. */
export class Uaa {
  private readonly tokens = new Map<string, Token>();
  private readonly refreshes = new Set<string>();
  /** Tokens given so far. */
  given = 0;

  constructor(private readonly platform: Platform) {}

  /** What a request's token may do; undefined where it is none, or holds no longer. */
  scopes({ authorization }: Pick<Asked, "authorization">): readonly string[] | undefined {
    const token = this.tokens.get(authorization.replace(/^bearer /i, ""));
    return token === undefined || this.platform.clock.now() > token.endsAt ? undefined : token.scopes;
  }

  /** Ends every access token there is, as time does. */
  expire(): void {
    this.tokens.clear();
  }

  /** Ends refresh tokens too, as a restart of UAA with new keys does. */
  revoke(): void {
    this.expire();
    this.refreshes.clear();
  }

  /** A token for whoever comes with one. */
  issue(): string {
    const token = `token-${this.platform.guid()}`;
    const { scopes, tokenSeconds } = this.platform.faults;
    this.tokens.set(token, { scopes: [...scopes], endsAt: this.platform.later(tokenSeconds) });
    this.given++;
    return token;
  }

  handlers(): Handlers {
    return { "POST /uaa/oauth/token": (asked) => this.grant(asked) };
  }

  private grant({ raw, authorization }: Asked): Reply {
    const form = new URLSearchParams(raw.toString("utf8"));
    const [client, secret] = Buffer.from(authorization.replace(/^basic /i, ""), "base64")
      .toString()
      .split(":");
    const refresh = form.get("refresh_token");
    const known =
      form.get("grant_type") === "client_credentials"
        ? client === logins.client && secret === logins.secret
        : form.get("grant_type") === "refresh_token"
          ? client === "cf" && this.refreshes.has(refresh ?? "")
          : client === "cf" &&
            form.get("username") === logins.user &&
            form.get("password") === logins.password;
    if (!known) {
      return { status: 401, body: { error: "unauthorized", error_description: "Bad credentials" } };
    }
    const fresh = `refresh-${this.platform.guid()}`;
    this.refreshes.add(fresh);
    return {
      status: 200,
      body: {
        access_token: this.issue(),
        token_type: "bearer",
        // Real clients get no refresh token.
        ...(client === "cf" ? { refresh_token: fresh } : {}),
        expires_in: 599,
      },
    };
  }
}
