import { notFound, type Handlers, type Reply } from "./http";
import { durations, type Platform } from "./platform";

/** Accepts something that is done a while later. */
export function accepted(platform: Platform, operation: string, effect: () => void): Reply {
  const guid = platform.guid();
  const failed = platform.faults.jobs;
  platform.jobs.push({ guid, operation, doneAt: platform.later(durations.job), failed, effect });
  return { status: 202, headers: { location: `https://api.example.org/v3/jobs/${guid}` } };
}

export function jobs(platform: Platform): Handlers {
  return {
    "GET /v3/jobs/:guid": ({ params }) => {
      const job = platform.jobs.find(({ guid }) => guid === params.guid);
      if (job === undefined) {
        throw notFound("Job");
      }
      const done = job.effect === undefined;
      const state = !done ? "PROCESSING" : job.failed ? "FAILED" : "COMPLETE";
      const errors = job.failed
        ? [{ code: 290006, title: "CF-JobTimeout", detail: "The job execution has timed out." }]
        : [];
      return {
        status: 200,
        body: { guid: job.guid, operation: job.operation, state, errors: done ? errors : [], warnings: [] },
      };
    },
  };
}
