import type { Route } from "./server";
import { Refused, type FakeApp, type FakeVolume, type World } from "./world";

/** Volumes, addresses, certificates and network policies. */
export function storageRoutes(world: World): readonly Route[] {
  const volume = (app: FakeApp, id: string): FakeVolume => {
    const found = app.volumes.get(id);
    if (found === undefined) {
      throw new Refused(404, `not_found: volume ${id} not found`);
    }
    return found;
  };
  return [
    {
      method: "GET",
      path: "/apps/:app/volumes",
      action: "list volumes",
      answer: ({ app }) => [...world.app(app).volumes.values()],
    },
    {
      method: "POST",
      path: "/apps/:app/volumes",
      action: "create volume",
      answer: ({ app }, { body }) => {
        const name = String(body.name);
        if (!/^[a-z0-9_]{1,30}$/.test(name)) {
          throw new Refused(
            400,
            "invalid_argument: volume name must be 30 characters at most, of a-z, 0-9 and _",
          );
        }
        const made: FakeVolume = {
          id: world.id("vol_"),
          name,
          region: String(body.region),
          size_gb: Number(body.size_gb),
          state: "created",
          attached_machine_id: undefined,
        };
        world.app(app).volumes.set(made.id, made);
        return made;
      },
    },
    {
      method: "PUT",
      path: "/apps/:app/volumes/:id/extend",
      action: "extend volume",
      answer: ({ app, id }, { body }) => {
        const found = volume(world.app(app), id);
        if (Number(body.size_gb) < found.size_gb) {
          throw new Refused(422, "volumes can only grow");
        }
        found.size_gb = Number(body.size_gb);
        return { volume: found, needs_restart: false };
      },
    },
    {
      method: "DELETE",
      path: "/apps/:app/volumes/:id",
      action: "delete volume",
      answer: ({ app, id }) => {
        const one = world.app(app);
        if (volume(one, id).attached_machine_id !== undefined) {
          throw new Refused(412, `failed_precondition: volume ${id} is still bound to a machine`);
        }
        one.volumes.delete(id);
        return undefined;
      },
    },
    {
      method: "GET",
      path: "/apps/:app/ip_assignments",
      action: "list addresses",
      answer: ({ app }) => ({ ips: world.app(app).addresses }),
    },
    {
      method: "POST",
      path: "/apps/:app/ip_assignments",
      action: "assign address",
      answer: ({ app }, { body }) => {
        const one = world.app(app);
        const type = String(body.type);
        const network = typeof body.network === "string" ? body.network : undefined;
        if (network !== undefined && !world.networks.has(network)) {
          throw new Refused(400, "network not found");
        }
        const shared = type === "shared_v4";
        const number = one.addresses.length + 1;
        const ip = {
          shared_v4: "66.241.124.1",
          v4: `137.66.0.${number}`,
          private_v6: `fdaa:0:1:0:1::${number}`,
        }[type];
        const there = one.addresses.find((address) => shared && address.shared);
        if (there !== undefined) {
          return there;
        }
        const made = { ip: ip ?? `2a09:8280:1::${number}`, type, shared, network };
        one.addresses.push(made);
        return made;
      },
    },
    {
      method: "DELETE",
      path: "/apps/:app/ip_assignments/:ip",
      action: "release address",
      status: 204,
      answer: ({ app, ip }) => {
        const { addresses } = world.app(app);
        const place = addresses.findIndex((one) => one.ip === ip);
        if (place < 0) {
          throw new Refused(404, "not_found: address not found");
        }
        addresses.splice(place, 1);
        return undefined;
      },
    },
    {
      method: "POST",
      path: "/apps/:app/certificates/acme",
      action: "request certificate",
      status: 201,
      answer: ({ app }, { body }) => {
        world.app(app).certificates.add(String(body.hostname));
        return certificate(app, String(body.hostname));
      },
    },
    {
      method: "GET",
      path: "/apps/:app/certificates/:hostname",
      action: "get certificate",
      answer: ({ app, hostname }) => {
        if (!world.app(app).certificates.has(hostname)) {
          throw new Refused(404, "not_found: certificate not found");
        }
        return certificate(app, hostname);
      },
    },
    {
      method: "DELETE",
      path: "/apps/:app/certificates/:hostname",
      action: "delete certificate",
      status: 204,
      answer: ({ app, hostname }) => {
        if (!world.app(app).certificates.delete(hostname)) {
          throw new Refused(404, "not_found: certificate not found");
        }
        return undefined;
      },
    },
    {
      method: "GET",
      path: "/apps/:app/network_policies",
      action: "list policies",
      answer: ({ app }) => [...world.app(app).policies.values()],
    },
    {
      method: "POST",
      path: "/apps/:app/network_policies",
      action: "put policy",
      answer: ({ app }, { body }) => {
        const id = typeof body.id === "string" ? body.id : world.id("np_");
        const policy = { ...body, id };
        world.app(app).policies.set(id, policy);
        return policy;
      },
    },
    {
      method: "DELETE",
      path: "/apps/:app/network_policies/:id",
      action: "delete policy",
      answer: ({ app, id }) => {
        if (!world.app(app).policies.delete(id)) {
          throw new Refused(404, "not_found: policy not found");
        }
        return undefined;
      },
    },
  ];
}

function certificate(app: string, hostname: string): object {
  return {
    hostname,
    status: "pending_ownership",
    dns_requirements: { a: ["66.241.124.1"], aaaa: ["2a09:8280:1::1"], cname: `${app}.fly.dev` },
  };
}
