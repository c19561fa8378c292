import assert from "node:assert/strict";
import { app } from "../../../provider/cloudfoundry/app";
import type { AppInputs } from "../../../provider/cloudfoundry/appInputs";
import { changedVariables } from "../../../provider/cloudfoundry/appSettings";
import { networkPolicy } from "../../../provider/cloudfoundry/networkPolicy";
import { route } from "../../../provider/cloudfoundry/route";
import { userProvidedService } from "../../../provider/cloudfoundry/userProvidedService";
import { Unhealthy, type Context } from "../../../provider/lifecycle";
import { unpublished } from "../../support/cloudfoundry/published";
import { startCloudFoundry, type LocalCloudFoundry } from "../../support/cloudfoundry/server";
import { logins } from "../../support/cloudfoundry/uaa";

describe("cloudfoundry lifecycles", function () {
  this.timeout(30_000);
  let cf: LocalCloudFoundry;
  let context: Context;
  let stop: AbortController;
  beforeEach(async () => {
    cf = await startCloudFoundry();
    cf.platform.clock.run(200);
    stop = new AbortController();
    context = {
      urn: "urn:pulumi:test::test::type::name",
      signal: stop.signal,
      configuration: { cfApiUrl: cf.url, cfUser: logins.user, cfPassword: logins.password },
      progress: () => undefined,
      warn: () => undefined,
    };
  });
  afterEach(async () => {
    await cf.stop();
    // Whatever a test did, it asked for nothing that is not published.
    assert.deepEqual(unpublished(cf.platform.sent), []);
  });

  const place = { org: "demo", space: "dev" };
  const wanted = (changes: Partial<AppInputs> = {}): AppInputs => ({
    ...place,
    name: "web",
    image: "my_app:1",
    command: "start",
    env: { A: "1" },
    secrets: { KEY: "secret" },
    services: [],
    instances: 2,
    memoryMiB: 256,
    diskMiB: 512,
    healthCheck: { type: "http", endpoint: "/health" },
    ...changes,
  });
  const serving = () => cf.platform.serving("web");
  const times = (pattern: string) => cf.platform.requests.filter((one) => one === pattern).length;

  it("send only the variables that differ", () => {
    const now = { KEEP: "1", CHANGE: "1", DROP: "1" };
    assert.deepEqual(changedVariables(now, { KEEP: "1", CHANGE: "2", ADD: "1" }), {
      ADD: "1",
      CHANGE: "2",
      DROP: null,
    });
  });

  it("make an app that is what was asked for, and say so when asked again", async () => {
    const made = await app.create(wanted(), context);
    const [process] = cf.platform.processes;
    assert.deepEqual(
      [process?.memory, process?.disk, process?.command, process?.healthCheck.type, serving().length],
      [256, 512, "start", "http", 2],
    );
    assert.deepEqual(await app.drift?.(made, context), []);
    assert.deepEqual(await app.read(made, context), { ...made, inputs: wanted() });
  });

  it("import an app with all its variables secret, for nobody can tell which are not", async () => {
    const made = await app.create(wanted(), context);
    const known = { id: made.id, outputs: {} } as typeof made;
    const found = await app.read(known, context);
    assert.ok(found);
    const { guid, droplet, ...rest } = made.outputs;
    assert.deepEqual(found.inputs, { ...wanted(), env: {}, secrets: { A: "1", KEY: "secret" } });
    assert.deepEqual([found.outputs.guid, found.outputs.droplet], [guid, droplet]);
    assert.equal(rest.started, true);
    assert.deepEqual(app.secrets, ["secrets", "registryPassword"]);
  });

  it("start again an app that somebody stopped", async () => {
    const made = await app.create(wanted(), context);
    for (const one of cf.platform.apps) {
      one.started = false;
    }
    for (const one of cf.platform.processes) {
      one.instances = [];
    }
    assert.deepEqual(await app.drift?.(made, context), ["started"]);
    await app.update(made, wanted(), context);
    assert.equal(serving().length, 2);
    assert.equal(times("POST /v3/builds"), 1);
  });

  it("go on after a run that was killed in mid-deployment, whatever it had already told the platform", async () => {
    cf.platform.faults.crashing.add("stuck");
    const made = await app.create(wanted(), context);
    const changed = wanted({ env: { A: "1", CRASH: "stuck" } });
    cf.platform.clock.run(0.01);
    const killed = app.update(made, changed, context).catch((error: unknown) => error);
    while (!cf.platform.deployments.some(({ value }) => value === "ACTIVE")) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // The state still holds what was there before; the platform holds a deployment and the new settings.
    const outputs = await app.update(made, wanted({ env: { A: "2" } }), {
      ...context,
      progress: () => cf.platform.clock.run(200),
    });
    assert.match(String(await killed), /the deployment was cancelled/);
    assert.equal(cf.platform.deployments.filter(({ value }) => value === "ACTIVE").length, 0);
    assert.deepEqual(
      serving().map(({ env }) => env.A),
      ["2", "2"],
    );
    assert.deepEqual(await app.drift?.({ id: made.id, outputs }, context), []);
  });

  it("cancel a deployment that makes no progress, and go back to the old settings", async () => {
    const made = await app.create(wanted(), context);
    cf.platform.clock.run(0.001);
    const late = wanted({ env: { A: "2" }, startTimeoutSeconds: 1 });
    const update = app.update(made, late, context).catch((error: unknown) => error);
    while (!cf.platform.deployments.some(({ reason }) => reason === "CANCELING")) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    cf.platform.clock.run(200);
    assert.match(
      String(await update),
      /is still DEPLOYING with 0 new instances up after 1 s; the deployment was cancelled and the old version serves/,
    );
    assert.deepEqual(cf.platform.apps[0]?.env, { A: "1", KEY: "secret" });
    assert.equal(serving().length, 2);
  });

  it("are made once, and whole, where the platform is busy or finds us too eager", async () => {
    const headers = { "retry-after": "0" };
    cf.platform.faults.refuse.push(
      { pattern: "POST /v3/apps", status: 429, headers, times: 2 },
      { pattern: "POST /v3/deployments", status: 429, headers, times: 1 },
      { pattern: "GET /v3/builds/:guid", status: 503, headers, times: 1 },
      { pattern: "GET /v3/processes/:guid/stats", status: 502, headers, times: 1 },
    );
    const made = await app.create(wanted(), context);
    await app.update(made, wanted({ image: "my_app:2" }), context);
    assert.deepEqual([cf.platform.apps.length, serving().length], [1, 2]);
  });

  it("take up what a run made that was killed before it could say so, and nothing of anybody else's", async () => {
    const made = await app.create(wanted(), context);
    const again = await app.create(wanted({ instances: 3 }), context);
    assert.deepEqual([again.id, cf.platform.apps.length, serving().length], [made.id, 1, 3]);
    const web = { ...place, host: "web", internal: false, app: made.id };
    assert.equal((await route.create(web, context)).id, (await route.create(web, context)).id);
    const service = { ...place, name: "cookie", credentials: { a: "1" } };
    const first = await userProvidedService.create(service, context);
    const second = await userProvidedService.create({ ...service, credentials: { a: "2" } }, context);
    assert.equal(first.id, second.id);
    assert.deepEqual(cf.platform.services[0]?.credentials, { a: "2" });

    const other = { ...context, urn: "urn:pulumi:other::test::type::name" };
    await assert.rejects(app.create(wanted(), other), /App with the name 'web' already exists/);
    await assert.rejects(route.create(web, other), /^Error: host is "web"; allowed is a host that is free/);
    await assert.rejects(userProvidedService.create(service, other), /name is taken: cookie/);
  });

  it("undo a rollout that Ctrl-C stops", async () => {
    const made = await app.create(wanted(), context);
    cf.platform.clock.run(0.01);
    const update = app.update(made, wanted({ image: "my_app:2" }), context).catch((error: unknown) => error);
    cf.platform.clock.run(200);
    while (cf.platform.deployments.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    cf.platform.clock.run(1);
    stop.abort(new Error("cancelled"));
    setTimeout(() => cf.platform.clock.run(200), 100);
    assert.match(String(await update), /the deployment was cancelled and the old version serves/);
    assert.deepEqual(
      serving().map(({ image }) => image),
      ["my_app:1", "my_app:1"],
    );
  });

  it("own up to an app whose image cannot be staged", async () => {
    cf.platform.faults.staging = true;
    await assert.rejects(app.create(wanted(), context), (error: unknown) => {
      assert.ok(error instanceof Unhealthy);
      assert.match(error.message, /staging of web failed: StagingError - No valid buildpack/);
      assert.equal(error.id, cf.platform.apps[0]?.guid);
      return true;
    });
  });

  it("refuse what the platform would: variables of its own, sizes that are none, places that are not", async () => {
    const check = async (changes: Partial<AppInputs>) =>
      (await app.check?.(wanted(changes), undefined, context))?.map(({ reason }) => reason);
    assert.deepEqual(await check({}), []);
    assert.match(
      String(await check({ env: { PORT: "1" } })),
      /^env is "PORT"; allowed is names other than PORT/,
    );
    assert.match(String(await check({ secrets: { VCAP_X: "1" } })), /^secrets is "VCAP_X"; allowed/);
    assert.match(String(await check({ memoryMiB: 0 })), /^memoryMiB is 0; .*MiB, such as 1024 for 1 GiB$/);
    await assert.rejects(check({ org: "x" }), /^Error: org is "x"; allowed is demo, other: choose/);
    await assert.rejects(check({ space: "x" }), /^Error: space is "x"; allowed is dev, staging, production/);
    const internalDomain = (name: string) => check({ needs: { internalDomain: name } });
    assert.match(
      String(await internalDomain("apps.example.test")),
      /which the world can reach; allowed is an internal/,
    );
    await assert.rejects(internalDomain("x.internal"), /create-shared-domain apps\.internal --internal/);
    assert.match(
      String(await check({ needs: { publicDomain: "apps.internal" } })),
      /allowed is a public domain/,
    );
    assert.deepEqual(times("POST /v3/apps"), 0);
  });

  it("leave the destinations of others on a route, and change only their own", async () => {
    const { outputs } = await app.create(wanted({ instances: 1 }), context);
    const inputs = { ...place, host: "web", domain: "apps.internal", internal: true, app: outputs.guid };
    const made = await route.create(inputs, context);
    cf.platform.routes[0]?.destinations.push({ guid: "d", app: "foreign" });
    const apps = () => cf.platform.routes[0]?.destinations.map((one) => one.app);
    await route.update(made, { ...inputs, app: "next" }, context);
    assert.deepEqual(apps(), ["foreign", "next"]);
    assert.deepEqual(await route.drift?.(made, context), ["app"]);
  });

  it("say which host is taken, and how to take it over", async () => {
    const inputs = { ...place, host: "web", internal: false, app: "guid" };
    await route.create(inputs, { ...context, urn: "urn:pulumi:other::test::type::name" });
    await assert.rejects(route.create(inputs, context), {
      message: /^host is "web"; allowed is a host that is free on the default domain: .*`pulumi import`/,
    });
  });

  it("say which scope is needed, and that the quota may be full", async () => {
    const { outputs } = await app.create(wanted({ instances: 1 }), context);
    const self = { source: outputs.guid, destination: outputs.guid, description: "" };
    cf.platform.policyQuota = 1;
    await networkPolicy.create({ ...self, firstPort: 1, lastPort: 1 }, context);
    await assert.rejects(networkPolicy.create({ ...self, firstPort: 2, lastPort: 2 }, context), {
      message:
        /403 policy quota exceeded.*needed is the UAA scope network\.admin, or network\.write .* room in the quota/,
    });
  });

  it("tell one policy from another by every part of it", async () => {
    const { outputs } = await app.create(wanted({ instances: 1 }), context);
    const { guid } = outputs;
    const near = { source: guid, destination: guid, protocol: "tcp", start: 4369, end: 4369 };
    cf.platform.policies.push({ ...near, protocol: "udp" }, { ...near, end: 4370 }, { ...near, start: 4368 });
    const inputs = { source: guid, destination: guid, firstPort: 4369, lastPort: 4369, description: "" };
    const made = await networkPolicy.create(inputs, context);
    assert.equal(made.outputs.ours, true);
    await networkPolicy.delete(made, context);
    assert.equal(cf.platform.policies.length, 3);
  });

  it("pass on why a job failed", async () => {
    const made = await app.create(wanted({ instances: 1 }), context);
    cf.platform.faults.jobs = true;
    await assert.rejects(
      app.delete(made, context),
      /GET \/v3\/jobs\/.*CF-JobTimeout: The job execution has timed out/,
    );
  });

  it("remove what is gone already", async () => {
    const { outputs, id } = await app.create(wanted({ instances: 1 }), context);
    await app.delete({ id, outputs }, context);
    await app.delete({ id, outputs }, context);
    const self = { source: id, destination: id, firstPort: 1, lastPort: 1, description: "" };
    await networkPolicy.delete({ id: "x", outputs: { ...self, ours: true } }, context);
    const web = { ...place, host: "web", internal: false, app: id, url: "" };
    await route.delete({ id: "gone", outputs: web }, context);
    const service = { ...place, name: "s", credentials: {}, guid: "gone", revision: "" };
    await userProvidedService.delete({ id: "gone", outputs: service }, context);
    assert.equal(await route.read({ id: "gone", outputs: web }, context), undefined);
    assert.equal(await userProvidedService.read({ id: "gone", outputs: service }, context), undefined);
    assert.equal(await app.read({ id, outputs }, context), undefined);
    assert.deepEqual(cf.platform.left(), {});
  });
});
