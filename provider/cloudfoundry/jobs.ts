import type { Answer, CloudFoundryApi } from "./api";
import { CloudFoundryError, type ErrorEntry } from "./errors";
import { until } from "./wait";

/** As long as the slowest job may stand still; a job that a service broker holds up can take this long. */
const timeoutSeconds = 300;

/**
 * Follows what was begun to its end. An answer without a job was the end already.
 * https://v3-apidocs.cloudfoundry.org/#asynchronous-operations
 */
export async function finished(api: CloudFoundryApi, { job }: Answer, signal: AbortSignal): Promise<void> {
  if (!job?.startsWith("/v3/jobs/")) {
    return;
  }
  await until({ what: `job ${job}`, timeoutSeconds, signal }, async () => {
    const { body } = await api.request("GET", job);
    const state = body.text("state");
    if (state === "FAILED") {
      const errors = body.list("errors").map((error): ErrorEntry => ({
        code: error.optionalNumber("code") ?? 0,
        title: error.optionalText("title") ?? "error",
        detail: error.optionalText("detail") ?? "",
      }));
      throw new CloudFoundryError({ status: 200, method: "GET", path: job, requestId: undefined, errors });
    }
    return state === "COMPLETE" ? { done: undefined } : { state };
  });
}
