import type { Life } from "./life";
import { Refused, type FakeApp, type FakeMachine, type World } from "./world";

/** Finds a machine as it is by now, or refuses as the API does. */
export function finder(world: World, life: Life): (app: string, id: string) => [FakeApp, FakeMachine] {
  return (app, id) => {
    const one = world.app(app);
    const machine = one.machines.get(id);
    if (machine === undefined || !one.machines.has(life.settle(machine).id)) {
      throw new Refused(404, `not_found: machine ${id} not found`);
    }
    return [one, machine];
  };
}
