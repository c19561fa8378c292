import assert from "node:assert/strict";
import { startLocalFly, type LocalFly } from "../../support/fly/server";
import { virtualClock } from "../../support/fly/virtualClock";
import type { Bag } from "../../support/fly/world";

/** The ways of the real API that the rest is tested against; the sources stand in docs/fly.md. */
describe("fly local API", function () {
  this.timeout(20_000);
  let fly: LocalFly;
  beforeEach(async () => {
    fly = await startLocalFly({ time: virtualClock() });
    await call("POST", "/apps", { name: "demo", org_slug: "personal" });
    await fly.clock.sleep(2000);
  });
  afterEach(async () => {
    await fly.close();
    assert.deepEqual(fly.unexpected, []);
  });

  async function call(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
    const response = await fetch(`${fly.baseUrl}/v1${path}`, {
      method,
      headers: { authorization: "FlyV1 fm2_x", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = (text === "" ? {} : JSON.parse(text)) as Bag;
    return {
      status: response.status,
      answer,
      error: typeof answer.error === "string" ? answer.error : "",
      headers: response.headers,
    };
  }
  const make = async (name: string, more: object = {}) => {
    const body = { name, region: "iad", config: { image: "x" }, ...more };
    const { answer } = await call("POST", "/apps/demo/machines", body);
    return { path: `/apps/demo/machines/${String(answer.id)}`, ...answer } as Bag & { path: string };
  };
  const stateOf = async (path: string) => (await call("GET", path)).answer.state;
  const leased = (nonce: unknown) => ({ "fly-machine-lease-nonce": String(nonce) });

  it("refuses a second machine of one name and gives the id of the first", async () => {
    const first = await make("a");
    const { status, error } = await call("POST", "/apps/demo/machines", {
      name: "a",
      region: "iad",
      config: {},
    });
    assert.equal(status, 409);
    assert.ok(
      error.startsWith(`already_exists: unique machine name violation, machine ID ${String(first.id)}`),
    );
  });

  it("answers a lease with 201 and an envelope, and then refuses guarded calls without its nonce", async () => {
    const { path } = await make("a");
    await fly.clock.sleep(4000);
    const { status, answer } = await call("POST", `${path}/lease?ttl=30`);
    const { nonce } = answer.data as Bag;
    assert.deepEqual([status, answer.status, typeof nonce], [201, "success", "string"]);
    for (const [method, verb] of [
      ["POST", ""],
      ["POST", "/stop"],
      ["POST", "/cordon"],
      ["POST", "/exec"],
      ["POST", "/lease"],
      ["DELETE", ""],
    ] as const) {
      const refused = await call(method, `${path}${verb}`, method === "POST" ? { config: {} } : undefined);
      assert.equal(refused.status, 409, verb);
      assert.match(refused.error, /lease currently held by .*, expires at \d{4}-/);
    }
    assert.equal((await call("POST", `${path}/metadata/k`, { value: "v" })).status, 204);
    assert.equal((await call("POST", path, { config: {} }, leased(nonce))).status, 200);
    assert.equal((await call("DELETE", `${path}/lease`, undefined, leased(nonce))).status, 200);
  });

  it("lets a lease run out by the clock, and gives one with a new machine", async () => {
    const { path, nonce } = await make("a", { lease_ttl: 10 });
    assert.equal(typeof nonce, "string");
    assert.equal((await call("POST", `${path}/cordon`)).status, 409);
    await fly.clock.sleep(11_000);
    assert.equal((await call("POST", `${path}/cordon`)).status, 200);
  });

  it("gives each configuration a version of its own, and metadata none", async () => {
    const { path, instance_id: first } = await make("a");
    await fly.clock.sleep(4000);
    await call("POST", `${path}/metadata/k`, { value: "v" });
    const before = (await call("GET", path)).answer;
    assert.equal(before.instance_id, first);
    assert.equal(((before.config as Bag).metadata as Bag).k, "v");
    const updated = await call("POST", path, { config: { image: "y" } });
    assert.notEqual(updated.answer.instance_id, first);
    assert.equal(updated.answer.state, "replacing");
    assert.equal((updated.answer.config as Bag).metadata, undefined);
    await fly.clock.sleep(16_000);
    assert.equal(await stateOf(path), "started");
  });

  it("leaves a machine stopped that was stopped when it was updated, and starts none that is being replaced", async () => {
    const { path } = await make("a");
    await fly.clock.sleep(4000);
    await call("POST", `${path}/stop`, {});
    await fly.clock.sleep(3000);
    await call("POST", path, { config: { image: "y" } });
    const { status, error } = await call("POST", `${path}/start`);
    assert.deepEqual(
      [status, error],
      [412, "failed_precondition: machine getting replaced, refusing to start"],
    );
    await fly.clock.sleep(16_000);
    assert.equal(await stateOf(path), "stopped");
    assert.equal((await call("POST", `${path}/start`)).status, 200);
  });

  it("waits a minute at most, says 408 then, and wants a version to wait for stopped", async () => {
    const { path, instance_id: version } = await make("a");
    assert.equal((await call("GET", `${path}/wait?state=stopped`)).status, 400);
    const reached = await call(
      "GET",
      `${path}/wait?state=started,failed&version=${String(version)}&timeout=60`,
    );
    assert.deepEqual([reached.status, reached.answer.state], [200, "started"]);
    const begin = fly.clock.now();
    const late = await call("GET", `${path}/wait?state=stopped&version=${String(version)}&timeout=500`);
    assert.equal(late.status, 408);
    assert.match(
      late.error,
      /^deadline_exceeded: machine failed to reach desired state, stopped, currently started/,
    );
    assert.ok(fly.clock.now() - begin < 62_000);
  });

  it("remembers a destroyed machine for a while, and frees its name", async () => {
    const { path } = await make("a");
    await fly.clock.sleep(4000);
    assert.equal((await call("DELETE", path)).status, 412);
    assert.equal((await call("DELETE", `${path}?force=true`)).status, 200);
    assert.equal(await stateOf(path), "destroying");
    await fly.clock.sleep(3000);
    assert.equal(await stateOf(path), "destroyed");
    assert.notEqual((await make("a")).id, undefined);
    await fly.clock.sleep(25_000);
    assert.equal((await call("GET", path)).status, 404);
  });

  it("respells durations and autostop, and leaves out what is empty", async () => {
    const config = {
      image: "x",
      services: [{ autostop: "off", ports: [] }],
      stop_config: { timeout: "90s" },
      files: [],
    };
    const { path } = await make("a", { config });
    const seen = (await call("GET", path)).answer.config as Bag;
    assert.deepEqual(seen, {
      image: "x",
      services: [{ autostop: false }],
      stop_config: { timeout: "1m30s" },
      dns: {},
    });
  });

  it("has no checks right after the start, then critical ones, then passing ones", async () => {
    const { path } = await make("a", { config: { image: "x", checks: { http: { type: "http" } } } });
    const checks = async () => ((await call("GET", path)).answer.checks as Bag[]).map(({ status }) => status);
    await fly.clock.sleep(3500);
    assert.deepEqual(await checks(), []);
    await fly.clock.sleep(3500);
    assert.deepEqual(await checks(), ["critical"]);
    await fly.clock.sleep(7000);
    assert.deepEqual(await checks(), ["passing"]);
  });

  it("allows a burst of three a second per action and id, and answers 429 then", async () => {
    const statuses: number[] = [];
    for (const path of ["/apps/a", "/apps/a", "/apps/a", "/apps/a", "/apps/b", "/apps/a/secrets"]) {
      statuses.push((await call("GET", path)).status);
    }
    assert.deepEqual(statuses, [404, 404, 404, 429, 404, 404]);
    await fly.clock.sleep(1000);
    assert.equal((await call("GET", "/apps/a")).status, 404);
  });

  it("lets a machine be asked for more often: ten at once, five a second", async () => {
    const { path } = await make("a");
    const ask = async () => (await call("GET", path)).status;
    for (let times = 0; times < 10; times++) {
      assert.equal(await ask(), 200);
    }
    assert.equal(await ask(), 429);
    await fly.clock.sleep(200);
    assert.equal(await ask(), 200);
  });

  it("may do what it answers with 408, or with a cut connection", async () => {
    fly.faults.push({ kind: "ambiguous", action: "create machine", times: 1 });
    const body = { name: "a", region: "iad", config: {} };
    assert.equal((await call("POST", "/apps/demo/machines", body)).status, 408);
    assert.equal(fly.world.app("demo").machines.size, 1);
    fly.faults.push({ kind: "reset", action: "create machine", times: 1, done: true });
    await assert.rejects(call("POST", "/apps/demo/machines", { ...body, name: "b" }));
    assert.equal(fly.world.app("demo").machines.size, 2);
  });

  it("turns a machine away for its host, its region, or its volume's room", async () => {
    const { path } = await make("a");
    await fly.clock.sleep(4000);
    fly.faults.push({ kind: "hostFull", machine: "a", times: 1 }, { kind: "regionFull", region: "ams" });
    const host = await call("POST", path, { config: {} });
    assert.deepEqual([host.status, host.error.includes("could not reserve resource")], [409, true]);
    const region = await call("POST", "/apps/demo/machines", { name: "b", region: "ams", config: {} });
    assert.deepEqual([region.status, region.answer.status], [422, "insufficient_capacity"]);
  });

  it("tells a taken name from a foreign one, and a new app is not seen at once", async () => {
    const taken = await call("POST", "/apps", { name: "demo", org_slug: "personal" });
    assert.deepEqual([taken.status, taken.answer.status], [422, "name_taken"]);
    assert.equal((await call("GET", "/apps/taken-by-others")).status, 403);
    assert.equal((await call("GET", "/apps/free-name")).status, 404);
    await call("POST", "/apps", { name: "fresh", org_slug: "personal" });
    assert.ok([401, 404].includes((await call("GET", "/apps/fresh")).status));
    await fly.clock.sleep(2000);
    assert.equal((await call("GET", "/apps/fresh")).status, 200);
  });

  it("deletes an app a little after it said so, with all its machines", async () => {
    await make("a");
    assert.equal((await call("DELETE", "/apps/demo")).status, 202);
    assert.equal((await call("GET", "/apps/demo")).status, 200);
    await fly.clock.sleep(4000);
    assert.equal((await call("GET", "/apps/demo")).status, 404);
  });

  it("counts versions of secrets, shows digests alone, and boots a machine with those it asks for", async () => {
    const set = await call("POST", "/apps/demo/secrets", { values: { A: "one", B: "two" } });
    assert.equal(set.answer.version, 1);
    assert.deepEqual(
      (set.answer.secrets as Bag[]).map((one) => Object.keys(one)),
      [
        ["name", "digest"],
        ["name", "digest"],
      ],
    );
    const late = await make("late");
    const prompt = await make("prompt", { min_secrets_version: 1 });
    await fly.clock.sleep(4000);
    const machines = fly.world.app("demo").machines;
    const secretsOf = ({ id }: Bag) => {
      const machine = machines.get(String(id));
      return machine === undefined ? undefined : fly.life.settle(machine).secrets;
    };
    assert.deepEqual(secretsOf(prompt), { A: "one", B: "two" });
    assert.deepEqual(secretsOf(late), {});
    const unset = await call("POST", "/apps/demo/secrets", { values: { B: null } });
    assert.equal(unset.answer.version, 2);
    assert.deepEqual(secretsOf(prompt), { A: "one", B: "two" });
  });

  it("keeps a volume while its machine is there, and lets it grow only", async () => {
    const { answer } = await call("POST", "/apps/demo/volumes", { name: "data", region: "iad", size_gb: 2 });
    const volume = `/apps/demo/volumes/${String(answer.id)}`;
    await make("a", { config: { mounts: [{ volume: answer.id, path: "/data" }] } });
    assert.equal((await call("DELETE", volume)).status, 412);
    assert.equal((await call("PUT", `${volume}/extend`, { size_gb: 1 })).status, 422);
    assert.equal((await call("PUT", `${volume}/extend`, { size_gb: 3 })).status, 200);
  });

  it("refuses an address in a network it does not know", async () => {
    const refused = await call("POST", "/apps/demo/ip_assignments", {
      type: "private_v6",
      network: "nowhere",
    });
    assert.deepEqual([refused.status, refused.error], [400, "network not found"]);
  });

  it("shows no configuration of a machine whose host does not answer", async () => {
    const { path, id } = await make("a", { config: { image: "x", metadata: { k: "v" } } });
    const machine = fly.world.app("demo").machines.get(String(id));
    assert.ok(machine);
    machine.hostStatus = "unreachable";
    const { config, incomplete_config: incomplete, host_status: host } = (await call("GET", path)).answer;
    assert.deepEqual([config, incomplete, host], [undefined, { metadata: { k: "v" } }, "unreachable"]);
  });

  it("refuses a header that says Bearer before a macaroon", async () => {
    const { status } = await call("GET", "/apps/demo", undefined, { authorization: "Bearer FlyV1 fm2_x" });
    assert.equal(status, 401);
    assert.equal((await call("GET", "/apps/demo", undefined, { authorization: "Bearer fm2_x" })).status, 401);
  });
});
