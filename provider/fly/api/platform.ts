import type { FlyHttp } from "../http";
import { list, optionalText, record } from "../shapes";

export interface Region {
  readonly code: string;
  readonly deprecated: boolean;
}

export function platformApi(http: FlyHttp) {
  return {
    async regions(): Promise<readonly Region[]> {
      const path = "/platform/regions";
      const call = { method: "GET", path, action: "list regions", id: "", idempotent: true } as const;
      return list(record(await http.send(call)).regions)
        .map(record)
        .map((one) => ({ code: optionalText(one.code) ?? "", deprecated: one.deprecated === true }));
    },
  };
}
