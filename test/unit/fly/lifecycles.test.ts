import assert from "node:assert/strict";
import { app } from "../../../provider/fly/app";
import { certificate } from "../../../provider/fly/certificate";
import { configuredApi } from "../../../provider/fly/api";
import { ipAddress } from "../../../provider/fly/ipAddress";
import { machines } from "../../../provider/fly/machines";
import { networkPolicy } from "../../../provider/fly/networkPolicy";
import { withLease } from "../../../provider/fly/rollout/lease";
import { goalOf, type MachinesInputs, type MachinesOutputs } from "../../../provider/fly/rollout/goal";
import { secrets } from "../../../provider/fly/secrets";
import type { Context, Observed } from "../../../provider/lifecycle";
import { startLocalFly, type LocalFly } from "../../support/fly/server";

const speed = 25;

describe("fly lifecycles", function () {
  this.timeout(30_000);
  let fly: LocalFly;
  const warnings: string[] = [];
  const context: Context = {
    urn: "urn:pulumi:test::test::beam:fly:Machines::web",
    signal: new AbortController().signal,
    configuration: { flyApiToken: "fm2_configured" },
    progress: () => undefined,
    warn: (message) => warnings.push(message),
  };
  let name = 0;
  let demo: string;
  const before_ = { baseUrl: process.env.FLY_FLAPS_BASE_URL, speed: process.env.FLY_CLOCK_SPEED };
  before(async () => {
    fly = await startLocalFly({ speed });
    Object.assign(process.env, { FLY_FLAPS_BASE_URL: fly.baseUrl, FLY_CLOCK_SPEED: String(speed) });
  });
  after(async () => {
    for (const [key, value] of Object.entries({
      FLY_FLAPS_BASE_URL: before_.baseUrl,
      FLY_CLOCK_SPEED: before_.speed,
    })) {
      if (value === undefined) {
        Reflect.deleteProperty(process.env, key);
      } else {
        process.env[key] = value;
      }
    }
    await fly.close();
    assert.deepEqual(fly.unexpected, []);
  });
  beforeEach(async () => {
    warnings.length = 0;
    fly.faults.length = 0;
    demo = `demo-${++name}`;
    await app.create({ name: demo, organization: "personal" }, context);
  });

  const inputs = (more: Partial<MachinesInputs> = {}): MachinesInputs => ({
    app: demo,
    owner: "project/stack/web",
    slots: [{ name: "web-iad-1", region: "iad" }],
    config: {
      image: "x",
      env: { A: "1" },
      guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256 },
      init: { exec: ["sh"] },
      services: [],
      checks: {},
      restart: { policy: "always" },
      stop_config: { signal: "SIGTERM", timeout: "90s" },
    },
    cohort: "c",
    maxUnavailable: 1,
    startTimeoutSeconds: 120,
    ...more,
  });
  const forImport = <Outputs>(id: string) => ({ id, outputs: {} }) as Observed<Outputs>;

  it("import an app with its network, and take 404 for gone", async () => {
    const found = await app.read(forImport(demo), context);
    assert.deepEqual(found?.inputs, { name: demo, organization: "personal" });
    assert.equal(await app.read(forImport("no-such-app"), context), undefined);
  });

  it("refuse a name that another organisation has at once, and one of our own when it is to be made", async () => {
    const check = async (given: string) => await app.check?.({ name: given }, undefined, context);
    assert.match(
      (await check("taken-by-others"))?.[0]?.reason ?? "",
      /an app of another organisation has it/,
    );
    assert.deepEqual(await check(demo), []);
    assert.deepEqual(await check("free-name"), []);
    await assert.rejects(
      app.create({ name: demo, organization: "personal" }, context),
      /^Error: app is "demo-\d+".*your organisation personal has an app of that name already: choose another, or import/,
    );
  });

  it("import machines by app and owner", async () => {
    const made = await machines.create(inputs(), context);
    const found = await machines.read(forImport<MachinesOutputs>(`${demo}/project/stack/web`), context);
    assert.deepEqual(found?.inputs?.slots, [{ name: "web-iad-1", region: "iad" }]);
    assert.deepEqual(found.inputs.config.env, { A: "1" });
    assert.deepEqual(found.outputs.machines, made.outputs.machines);
    assert.equal(made.outputs.machines[0]?.goal, goalOf(inputs()));
    assert.equal(await machines.read(forImport<MachinesOutputs>(`${demo}/nobody`), context), undefined);
  });

  it("take a machine that was destroyed, or is being destroyed, for gone", async () => {
    const made = await machines.create(inputs(), context);
    const [machine] = [...fly.world.app(demo).machines.values()];
    assert.ok(machine);
    assert.deepEqual(await machines.drift?.(made, context), []);
    fly.life.destroy(fly.world.app(demo), machine);
    assert.deepEqual(await machines.drift?.(made, context), ["machines"]);
    assert.equal(await machines.read(made, context), undefined);
    await machines.delete(made, context);
  });

  it("warn of a host that does not answer, and want nothing for it", async () => {
    const made = await machines.create(inputs(), context);
    const [machine] = [...fly.world.app(demo).machines.values()];
    assert.ok(machine);
    machine.hostStatus = "unreachable";
    assert.deepEqual(await machines.drift?.(made, context), []);
    assert.match(warnings.join(), /^web-iad-1 \(machine \w+\): its host does not answer/);
    const changed = inputs({ config: { ...inputs().config, image: "y" } });
    const kept = await machines.update(made, changed, context);
    assert.equal(kept.machines[0]?.goal, goalOf(inputs()));
    machine.hostStatus = "ok";
    assert.deepEqual(await machines.drift?.({ id: made.id, outputs: kept }, context), ["machines"]);
  });

  it("start a machine that was never started, and one that was put to sleep", async () => {
    const made = await machines.create(inputs(), context);
    const [machine] = [...fly.world.app(demo).machines.values()];
    assert.ok(machine);
    for (const state of ["created", "suspended", "stopped"]) {
      machine.state = state;
      machine.startedAt = undefined;
      assert.deepEqual(await machines.drift?.(made, context), ["machines"]);
      await machines.update(made, inputs(), context);
      assert.equal(fly.life.settle(machine).state, "started");
    }
    machine.state = "created";
    await machines.update(made, inputs({ config: { ...inputs().config, image: "y" } }), context);
    assert.equal(fly.life.settle(machine).state, "started");
  });

  it("remove a machine whose host does not answer without waiting for it", async () => {
    const made = await machines.create(inputs(), context);
    const [machine] = [...fly.world.app(demo).machines.values()];
    assert.ok(machine);
    machine.hostStatus = "unreachable";
    await machines.delete(made, context);
    assert.equal(fly.life.settle(machine).state, "destroyed");
  });

  it("refuse a volume that shrinks, and take one that grows", async () => {
    const volume = (sizeGib: number) => ({ volume: { path: "/d", sizeGib, deleteWithNode: false } });
    const check = async (now: number) =>
      await machines.check?.(inputs(volume(now)), inputs(volume(2)), context);
    assert.deepEqual(await check(3), []);
    assert.deepEqual(await check(1), [
      {
        property: "volume",
        reason: "volume.sizeGib is 1; allowed is 2 or more: a volume grows and never shrinks",
      },
    ]);
  });

  it("notice secrets that were changed elsewhere, leave others alone, and unset what is dropped", async () => {
    const api = configuredApi(context.configuration);
    await api.secrets.set(demo, { THEIRS: "kept" });
    const made = await secrets.create({ app: demo, values: { A: "1", B: "2" } }, context);
    assert.deepEqual(Object.keys(made.outputs.digests), ["A", "B"]);
    assert.deepEqual(await secrets.drift?.(made, context), []);
    await api.secrets.set(demo, { A: "changed" });
    assert.deepEqual(await secrets.drift?.(made, context), ["values"]);
    await secrets.update(made, { app: demo, values: { A: "1" } }, context);
    assert.deepEqual(fly.world.app(demo).secrets.at(-1)?.values, { THEIRS: "kept", A: "1" });
    await secrets.delete(made, context);
    assert.deepEqual(fly.world.app(demo).secrets.at(-1)?.values, { THEIRS: "kept" });
  });

  it("find addresses, certificates and policies again, and take their absence for gone", async () => {
    const address = await ipAddress.create({ app: demo, kind: "v6" }, context);
    const named = await certificate.create({ app: demo, hostname: "www.example.com" }, context);
    const policy = await networkPolicy.create({ app: demo, name: "p", ports: [4369] }, context);
    assert.deepEqual((await ipAddress.read(forImport(address.id), context))?.outputs, {
      app: demo,
      kind: "v6",
      address: address.outputs.address,
    });
    assert.match(
      (await certificate.read(forImport(named.id), context))?.outputs.dnsRequirements ?? "",
      /fly\.dev/,
    );
    assert.equal(
      (await networkPolicy.read(forImport(policy.id), context))?.outputs.policyId,
      policy.outputs.policyId,
    );
    const again = await networkPolicy.create({ app: demo, name: "p", ports: [4369] }, context);
    assert.equal(again.outputs.policyId, policy.outputs.policyId);
    // Each twice: removing what is gone succeeds.
    for (let times = 0; times < 2; times++) {
      await ipAddress.delete(address, context);
      await certificate.delete(named, context);
      await networkPolicy.delete(policy, context);
    }
    assert.equal(await ipAddress.read(address, context), undefined);
    assert.equal(await certificate.read(named, context), undefined);
    assert.equal(await networkPolicy.read(policy, context), undefined);
  });

  it("hold a lease for longer than it lasts, and give it back when the work fails", async () => {
    await machines.create(inputs(), context);
    const [machine] = [...fly.world.app(demo).machines.values()];
    assert.ok(machine);
    const api = configuredApi(context.configuration);
    const held = () => fly.life.settle(machine).lease !== undefined;
    await assert.rejects(
      withLease(api, demo, machine.id, context.signal, undefined, async () => {
        await api.clock.sleep(45_000);
        assert.equal(held(), true);
        throw new Error("the work failed");
      }),
      /the work failed/,
    );
    assert.equal(held(), false);
  });

  it("own up to every machine they made when they fail", async () => {
    fly.faults.push({ kind: "dies", machine: "web-iad-2" });
    const two = inputs({
      slots: ["web-iad-1", "web-iad-2"].map((slot) => ({ name: slot, region: "iad" })),
    });
    await assert.rejects(
      machines.create(two, context),
      (error: Error & { id?: string; outputs?: MachinesOutputs }) => {
        assert.equal(error.id, `${demo}/project/stack/web`);
        assert.deepEqual(
          error.outputs?.machines.map(({ slot, id }) => [slot, id === ""]),
          [
            ["web-iad-1", false],
            ["web-iad-2", false],
          ],
        );
        assert.match(
          error.message,
          /^web-iad-2 \(machine \w+\) ended while it was starting\n {2}last events: .*exit_code 1/,
        );
        return true;
      },
    );
  });
});
