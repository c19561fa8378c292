import type { FlyHttp } from "../http";
import { lease, type Lease } from "../shapes";
import { at } from "./apps";

export function leasesApi(http: FlyHttp) {
  const of = (app: string, id: string) => `${at(app)}/machines/${encodeURIComponent(id)}/lease`;
  return {
    /** Takes the lease; with its nonce, keeps it for longer. */
    async acquire(
      app: string,
      id: string,
      seconds: number,
      nonce?: string,
      signal?: AbortSignal,
    ): Promise<Lease> {
      return lease(
        await http.send({
          method: "POST",
          path: of(app, id),
          action: "lease machine",
          id,
          query: { ttl: String(seconds) },
          nonce,
          // Where the answer was lost the lease is ours without its nonce, and runs out by itself.
          idempotent: false,
          signal,
        }),
      );
    },

    async release(app: string, id: string, nonce: string): Promise<void> {
      await http.send({
        method: "DELETE",
        path: of(app, id),
        action: "release machine",
        id,
        nonce,
        idempotent: true,
      });
    },
  };
}
