import { misuse } from "../../components/beam/misuse";
import { CloudFoundryError, errorEntries } from "./errors";
import { Fields } from "./fields";

/** How to prove who we are, to UAA. */
export type Credentials =
  | { readonly kind: "client"; readonly id: string; readonly secret: string }
  | { readonly kind: "user"; readonly user: string; readonly password: string }
  | { readonly kind: "token"; readonly token: string };

type Settings = (name: string) => string | undefined;

/** Chooses among the settings: a client, else a user, else a token that somebody else obtained. */
export function credentials(setting: Settings): Credentials {
  const [id, secret] = [setting("CF_CLIENT_ID"), setting("CF_CLIENT_SECRET")];
  if (id !== undefined && secret !== undefined) {
    return { kind: "client", id, secret };
  }
  const [user, password] = [setting("CF_USER"), setting("CF_PASSWORD")];
  if (user !== undefined && password !== undefined) {
    return { kind: "user", user, password };
  }
  const token = setting("CF_ACCESS_TOKEN");
  if (token !== undefined) {
    return { kind: "token", token: token.replace(/^bearer /i, "") };
  }
  throw misuse(
    "Cloud Foundry login",
    undefined,
    "CF_CLIENT_ID with CF_CLIENT_SECRET, CF_USER with CF_PASSWORD, or CF_ACCESS_TOKEN",
    "export one of them, or set it for the provider, such as `pulumi config set --secret beam:cfClientSecret`",
  );
}

export interface Tokens {
  /** A token that holds for at least the next request. */
  current(): Promise<string>;
  /** Forgets a token that was refused, unless a newer one has taken its place; tells whether another may be had. */
  refused(token: string): boolean;
}

export interface TokenOptions {
  readonly uaa: string;
  readonly credentials: Credentials;
  readonly fetch: typeof globalThis.fetch;
  readonly now?: () => number;
}

interface Token {
  readonly access: string;
  readonly refresh: string | undefined;
  readonly renewAt: number;
}

/** Tokens from UAA, each asked for once however many wait for it, and renewed before it ends. */
export function tokens({ uaa, credentials: who, fetch, now = Date.now }: TokenOptions): Tokens {
  if (who.kind === "token") {
    return { current: () => Promise.resolve(who.token), refused: () => false };
  }
  let held: Token | undefined;
  let coming: Promise<Token> | undefined;
  const ask = async (before: Token | undefined): Promise<Token> => {
    if (before?.refresh !== undefined) {
      try {
        return await grant({ grant_type: "refresh_token", refresh_token: before.refresh });
      } catch (error) {
        // A refresh token ends too; then the password is asked for again.
        if (!(error instanceof CloudFoundryError)) {
          throw error;
        }
      }
    }
    return who.kind === "client"
      ? await grant({ grant_type: "client_credentials" })
      : await grant({ grant_type: "password", username: who.user, password: who.password });
  };
  const grant = async (form: Record<string, string>): Promise<Token> => {
    // `cf` with an empty secret is the public client of the command line, made for password logins.
    const client = who.kind === "client" ? `${who.id}:${who.secret}` : "cf:";
    const answer = await fetch(`${uaa}/oauth/token`, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(client).toString("base64")}`,
        accept: "application/json",
      },
      body: new URLSearchParams(form),
    });
    const body: unknown = await answer.json().catch(() => undefined);
    if (!answer.ok) {
      const refusal = { method: "POST", path: "/oauth/token", requestId: undefined };
      throw new CloudFoundryError({ ...refusal, status: answer.status, errors: errorEntries(body) });
    }
    const fields = new Fields(body, "POST /oauth/token");
    const seconds = fields.optionalNumber("expires_in") ?? 600;
    return {
      access: fields.text("access_token"),
      refresh: fields.optionalText("refresh_token"),
      renewAt: now() + (seconds - Math.min(60, seconds / 4)) * 1000,
    };
  };
  return {
    current: async () => {
      if (held === undefined || now() >= held.renewAt) {
        coming ??= ask(held).finally(() => (coming = undefined));
        held = await coming;
      }
      return held.access;
    },
    refused: (token) => {
      if (held?.access === token) {
        held = { ...held, renewAt: 0 };
      }
      return true;
    },
  };
}
