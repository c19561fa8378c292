import { durations, remove, type Deployment, type Platform, type Process } from "./platform";

/** Brings the platform to the present: whatever was to happen by now has happened. */
export function advance(platform: Platform): void {
  for (const job of platform.jobs) {
    if (job.effect !== undefined && platform.clock.now() >= job.doneAt) {
      if (!job.failed) {
        job.effect();
      }
      job.effect = undefined;
    }
  }
  for (const deployment of platform.deployments) {
    if (deployment.value === "ACTIVE") {
      step(platform, deployment);
    }
  }
}

/** One instance at a time, each once the one before is up; the old process gives up one for each. */
function step(platform: Platform, deployment: Deployment): void {
  const fresh = platform.processes.find(({ guid }) => guid === deployment.process);
  const old = platform.processes.filter(
    ({ app, guid }) => app === deployment.app && guid !== deployment.process,
  );
  if (deployment.cancelledAt !== undefined) {
    goBack(platform, deployment, old);
    return;
  }
  const up = fresh?.instances.every((one) => platform.instanceState(fresh, one) === "RUNNING") === true;
  if (fresh === undefined || !up) {
    return;
  }
  deployment.healthyAt = platform.clock.iso();
  if (fresh.instances.length < deployment.wanted) {
    fresh.instances.push(platform.newInstance());
    fresh.wanted = fresh.instances.length;
    old[0]?.instances.pop();
    return;
  }
  remove(platform.processes, (process) => old.includes(process));
  fresh.wanted = deployment.wanted;
  finalize(deployment, "DEPLOYED");
}

function goBack(platform: Platform, deployment: Deployment, old: readonly Process[]): void {
  if (platform.clock.now() < (deployment.cancelledAt ?? 0) + durations.cancel * 1000) {
    return;
  }
  remove(platform.processes, ({ guid }) => guid === deployment.process);
  for (const process of old.slice(0, 1)) {
    while (process.instances.length < deployment.before) {
      process.instances.push(platform.newInstance());
    }
    process.wanted = deployment.before;
  }
  finalize(deployment, "CANCELED");
}

export function finalize(deployment: Deployment, reason: string): void {
  deployment.value = "FINALIZED";
  deployment.reason = reason;
}
