import assert from "node:assert/strict";
import { CloudFoundryApi } from "../../../provider/cloudfoundry/api";
import { credentials, type Credentials } from "../../../provider/cloudfoundry/auth";
import { connection } from "../../../provider/cloudfoundry/connection";
import { CloudFoundryError } from "../../../provider/cloudfoundry/errors";
import { startCloudFoundry, type LocalCloudFoundry } from "../../support/cloudfoundry/server";
import { logins } from "../../support/cloudfoundry/uaa";

describe("cloudfoundry API client", () => {
  let cf: LocalCloudFoundry;
  beforeEach(async () => {
    cf = await startCloudFoundry();
  });
  afterEach(() => cf.stop());

  const user: Credentials = { kind: "user", user: logins.user, password: logins.password };
  const client: Credentials = { kind: "client", id: logins.client, secret: logins.secret };
  const api = (who: Credentials = user, fetch?: typeof globalThis.fetch) =>
    new CloudFoundryApi({ baseUrl: cf.url, credentials: who, fetch });
  const times = (pattern: string) => cf.platform.requests.filter((one) => one === pattern).length;

  it("follows every page of a list", async () => {
    const spaces = await api().list("/v3/spaces");
    assert.deepEqual(
      spaces.map((space) => space.text("name")),
      ["dev", "staging", "production"],
    );
    assert.equal(times("GET /v3/spaces"), 2);
  });

  it("follows only the path of a link, so that no answer sends the token elsewhere", async () => {
    const hosts = new Set<string>();
    const spying: typeof globalThis.fetch = async (input, init) => {
      hosts.add(new URL(input instanceof Request ? input.url : input).host);
      return await fetch(input, init);
    };
    // The links of the local platform name api.example.org.
    await api(user, spying).list("/v3/spaces");
    assert.deepEqual([...hosts], [new URL(cf.url).host]);
  });

  it("logs in once, however many requests wait for it", async () => {
    const one = api(client);
    await Promise.all([one.list("/v3/spaces"), one.list("/v3/domains"), one.list("/v3/organizations")]);
    assert.equal(cf.uaa.given, 1);
  });

  it("gets a new token where one is refused, even for a request that must not be made twice", async () => {
    for (const who of [user, client]) {
      const one = api(who);
      await one.list("/v3/spaces");
      cf.uaa.revoke();
      const [space] = cf.platform.spaces;
      const relationships = { space: { data: { guid: space?.guid } } };
      await one.request("POST", "/v3/apps", { body: { name: who.kind, relationships } });
    }
    assert.deepEqual(
      cf.platform.apps.map(({ name }) => name),
      ["user", "client"],
    );
  });

  it("says that a token of somebody else's has ended, and does not try again", async () => {
    const one = api({ kind: "token", token: cf.uaa.issue() });
    await one.list("/v3/spaces");
    cf.uaa.revoke();
    await assert.rejects(one.list("/v3/domains"), { status: 401, message: /CF-InvalidAuthToken/ });
    assert.equal(times("GET /v3/domains"), 1);
  });

  it("repeats what was refused for its number, and of the rest only what may be done twice", async () => {
    const one = api();
    const headers = { "retry-after": "0" };
    const { refuse } = cf.platform.faults;
    const app = { name: "a", relationships: { space: { data: { guid: cf.platform.spaces[0]?.guid } } } };
    refuse.push(
      { pattern: "POST /v3/apps", status: 429, headers, times: 2 },
      { pattern: "GET /v3/spaces", status: 503, headers, times: 3 },
    );
    await one.list("/v3/spaces");
    await one.request("POST", "/v3/apps", { body: app });
    assert.equal(times("POST /v3/apps"), 3);
    refuse.push({ pattern: "POST /v3/apps", status: 503, headers, times: 1 });
    await assert.rejects(one.request("POST", "/v3/apps", { body: { ...app, name: "b" } }), { status: 503 });
    assert.equal(times("POST /v3/apps"), 4);
  });

  it("waits until the limit is lifted, as the header says", async () => {
    const reset = Math.ceil(Date.now() / 1000) + 1;
    const headers = { "x-ratelimit-reset": String(reset) };
    cf.platform.faults.refuse.push({ pattern: "GET /v3/spaces", status: 429, headers, times: 1 });
    await api().list("/v3/spaces");
    assert.equal(Date.now() / 1000 >= reset - 0.05, true);
  });

  it("tells what was refused, by whom, in the platform's words", async () => {
    await assert.rejects(api().request("GET", "/v3/apps/none"), (error: unknown) => {
      assert.ok(error instanceof CloudFoundryError);
      assert.match(
        error.message,
        /^GET \/v3\/apps\/none: 404 CF-ResourceNotFound: App not found \(request [0-9a-f-]{36}\)$/,
      );
      assert.deepEqual([error.isGone, error.errors[0]?.code], [true, 10010]);
      return true;
    });
  });

  it("refuses an address where something else answers", async () => {
    const other: typeof globalThis.fetch = () => Promise.resolve(Response.json({ hello: "world" }));
    await assert.rejects(api(user, other).list("/v3/spaces"), {
      message: /^CF_API_URL is "http:.*"; allowed is the address of a Cloud Foundry API, whose root links to/,
    });
    const links = {
      cloud_controller_v3: { href: "http://x" },
      uaa: { href: "http://x" },
      network_policy_v1: null,
    };
    const noNetworking: typeof globalThis.fetch = () => Promise.resolve(Response.json({ links }));
    await assert.rejects(api(user, noNetworking).list("/v3/spaces"), {
      message: /allowed is a Cloud Foundry with container-to-container networking/,
    });
  });

  it("takes the login from the settings: a client before a user before a token", () => {
    const all = {
      CF_CLIENT_ID: "i",
      CF_CLIENT_SECRET: "s",
      CF_USER: "u",
      CF_PASSWORD: "p",
      CF_ACCESS_TOKEN: "bearer t",
    };
    const of = (...names: (keyof typeof all)[]) =>
      credentials((name) => (names.some((one) => one === name) ? all[name as keyof typeof all] : undefined));
    assert.deepEqual(of("CF_CLIENT_ID", "CF_CLIENT_SECRET", "CF_USER", "CF_PASSWORD").kind, "client");
    assert.deepEqual(of("CF_CLIENT_ID", "CF_USER", "CF_PASSWORD", "CF_ACCESS_TOKEN").kind, "user");
    assert.deepEqual(of("CF_USER", "CF_ACCESS_TOKEN"), { kind: "token", token: "t" });
    assert.throws(
      () => of("CF_USER"),
      /^Error: Cloud Foundry login is missing; allowed is CF_CLIENT_ID with/,
    );
  });

  it("takes the provider's configuration before the environment", async () => {
    const configuration = { cfApiUrl: cf.url, cfUser: logins.user, cfPassword: logins.password };
    const one = connection({ configuration });
    assert.equal(one, connection({ configuration }));
    assert.equal((await one.list("/v3/spaces")).length, 3);
    assert.throws(() => connection({ configuration: { cfApiUrl: "api.example.org" } }), {
      message: /^CF_API_URL is "api.example.org"; allowed is the address of a Cloud Foundry API, such as/,
    });
  });
});
