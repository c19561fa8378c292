import type { FlyHttp } from "../http";
import { list, number, record, text } from "../shapes";
import { at } from "./apps";

/** Names and digests; the values never come back. */
export type Digests = Record<string, string>;

export function secretsApi(http: FlyHttp) {
  const of = (app: string) => `${at(app)}/secrets`;
  return {
    async list(app: string, signal?: AbortSignal): Promise<Digests> {
      return digests(
        await http.send({
          method: "GET",
          path: of(app),
          action: "list secrets",
          id: app,
          idempotent: true,
          signal,
        }),
      );
    },

    /** Sets, and with null unsets, all in one step. */
    async set(
      app: string,
      values: Readonly<Record<string, string | null>>,
    ): Promise<{ digests: Digests; version: number }> {
      const answer = await http.send({
        method: "POST",
        path: of(app),
        action: "set secrets",
        id: app,
        body: { values },
        idempotent: true,
      });
      return { digests: digests(answer), version: number(record(answer).version, "version of the secrets") };
    },
  };
}

function digests(value: unknown): Digests {
  return Object.fromEntries(
    list(record(value).secrets)
      .map(record)
      .map((one) => [text(one.name, "name of a secret"), text(one.digest, "digest of a secret")]),
  );
}
