import type { FlyHttp } from "../http";
import { list, number, optionalText, record, text } from "../shapes";
import { at } from "./apps";

export interface Volume {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly sizeGib: number;
  readonly state: string;
  readonly machineId: string | undefined;
}

export function volumesApi(http: FlyHttp) {
  const of = (app: string) => `${at(app)}/volumes`;
  const one = (app: string, id: string) => `${of(app)}/${encodeURIComponent(id)}`;
  return {
    async list(app: string, signal?: AbortSignal): Promise<readonly Volume[]> {
      return list(
        await http.send({
          method: "GET",
          path: of(app),
          action: "list volumes",
          id: app,
          idempotent: true,
          signal,
        }),
      ).map(volume);
    },

    async create(
      app: string,
      body: { name: string; region: string; size_gb: number; compute: object },
      signal?: AbortSignal,
    ): Promise<Volume> {
      return volume(
        await http.send({
          method: "POST",
          path: of(app),
          action: "create volume",
          id: app,
          body: { ...body, encrypted: true, require_unique_zone: false },
          idempotent: false,
          signal,
        }),
      );
    },

    async extend(app: string, id: string, sizeGib: number): Promise<void> {
      const path = `${one(app, id)}/extend`;
      const body = { size_gb: sizeGib };
      await http.send({ method: "PUT", path, action: "extend volume", id, body, idempotent: true });
    },

    async delete(app: string, id: string): Promise<void> {
      await http.send({
        method: "DELETE",
        path: one(app, id),
        action: "delete volume",
        id,
        idempotent: true,
      });
    },
  };
}

function volume(value: unknown): Volume {
  const one = record(value);
  return {
    id: text(one.id, "id of a volume"),
    name: optionalText(one.name) ?? "",
    region: optionalText(one.region) ?? "",
    sizeGib: number(one.size_gb, "size of a volume"),
    state: optionalText(one.state) ?? "",
    machineId: optionalText(one.attached_machine_id),
  };
}
