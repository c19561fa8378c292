import type { Route } from "./server";
import { bag, Refused, type FakeApp, type World } from "./world";

export function appRoutes(world: World): readonly Route[] {
  return [
    {
      method: "POST",
      path: "/apps",
      action: "create app",
      status: 201,
      answer: (_ids, { body }) => {
        const name = String(body.name ?? body.app_name);
        const organization = String(body.org_slug);
        const there = world.apps.get(name);
        if (there?.deletedAt !== undefined && there.deletedAt <= world.now()) {
          world.apps.delete(name);
        }
        if (!/^[a-z0-9-]{1,62}$/.test(name)) {
          throw new Refused(
            422,
            "Validation failed: Name under 63 chars using numbers, lowercase letters and dashes",
          );
        }
        if (world.foreignApps.has(name) || world.apps.has(name)) {
          throw new Refused(422, "Validation failed: Name has already been taken", "name_taken");
        }
        if (!world.organizations.has(organization)) {
          throw new Refused(404, `Could not find organization ${organization}`);
        }
        const network = typeof body.network === "string" ? body.network : "default";
        world.networks.add(network);
        world.apps.set(name, {
          name,
          organization,
          network,
          seenFrom: world.now() + 1500,
          deletedAt: undefined,
          machines: new Map(),
          volumes: new Map(),
          secrets: [],
          addresses: [],
          certificates: new Set(),
          policies: new Map(),
        });
        return { id: world.id(), created_at: world.now() };
      },
    },
    {
      method: "GET",
      path: "/apps/:app",
      action: "get app",
      answer: ({ app }) => {
        const one = world.app(app);
        return {
          id: one.name,
          name: one.name,
          status: "deployed",
          network: one.network,
          organization: { name: one.organization, slug: one.organization },
          machine_count: one.machines.size,
        };
      },
    },
    {
      method: "DELETE",
      path: "/apps/:app",
      action: "delete app",
      status: 202,
      answer: ({ app }) => {
        const one = world.app(app);
        // Answered at once, done a little later, and machines and volumes go along.
        one.deletedAt ??= world.now() + 3000;
        one.machines.clear();
        one.volumes.clear();
        return undefined;
      },
    },
    {
      method: "GET",
      path: "/platform/regions",
      action: "list regions",
      answer: () => ({ regions: world.regions.map((code) => ({ code, name: code, deprecated: false })) }),
    },
    {
      method: "GET",
      path: "/apps/:app/secrets",
      action: "list secrets",
      answer: ({ app }) => ({ secrets: digests(world, world.app(app)) }),
    },
    {
      method: "POST",
      path: "/apps/:app/secrets",
      action: "set secrets",
      answer: ({ app }, { body }) => {
        const one = world.app(app);
        const values = { ...one.secrets.at(-1)?.values };
        for (const [name, value] of Object.entries(bag(body.values))) {
          if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
            throw new Refused(400, `invalid_argument: secret name ${name} is not valid`);
          }
          if (typeof value === "string") {
            values[name] = value;
          } else {
            Reflect.deleteProperty(values, name);
          }
        }
        const version = (one.secrets.at(-1)?.version ?? 0) + 1;
        one.secrets.push({ version, setAt: world.now(), values });
        return { secrets: digests(world, one), version };
      },
    },
  ];
}

function digests(world: World, app: FakeApp): object[] {
  return Object.entries(app.secrets.at(-1)?.values ?? {}).map(([name, value]) => ({
    name,
    digest: world.digest(app.name, value),
  }));
}
