import { at, type Body } from "./http";
import type { Platform } from "./platform";

/**
 * Switches faults on and off: `{"crashing": ["my_app:broken"], "staging": true, "jobs": true, "tokenSeconds": 5,
 * "scopes": ["cloud_controller.write"], "refuse": [{"pattern": "POST /v3/apps", "status": 503, "times": 1}]}`.
 * What is not named stays as it is; gives how they stand now.
 */
export function switchFaults({ faults }: Platform, body: Body): object {
  const { crashing, staging, jobs, tokenSeconds, scopes, refuse } = body;
  if (Array.isArray(crashing)) {
    faults.crashing.clear();
    crashing.forEach((word) => faults.crashing.add(String(word)));
  }
  faults.staging = typeof staging === "boolean" ? staging : faults.staging;
  faults.jobs = typeof jobs === "boolean" ? jobs : faults.jobs;
  faults.tokenSeconds = typeof tokenSeconds === "number" ? tokenSeconds : faults.tokenSeconds;
  faults.scopes = Array.isArray(scopes) ? scopes.map(String) : faults.scopes;
  if (Array.isArray(refuse)) {
    const refusals = refuse.map((one: unknown) => ({
      pattern: String(at(one, "pattern")),
      status: Number(at(one, "status") ?? 503),
      times: Number(at(one, "times") ?? 1),
    }));
    faults.refuse.splice(0, faults.refuse.length, ...refusals);
  }
  return { ...faults, crashing: [...faults.crashing] };
}
