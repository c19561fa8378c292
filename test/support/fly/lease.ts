import type { FakeMachine, World } from "./world";

/** Gives a lease, or lets the one there is last longer. */
export function giveLease(world: World, machine: FakeMachine, seconds: number): object {
  const expiresAt = world.now() + seconds * 1000;
  machine.lease = { nonce: machine.lease?.nonce ?? world.id(), owner: "us@tokens.fly.io", expiresAt };
  return {
    nonce: machine.lease.nonce,
    expires_at: Math.floor(expiresAt / 1000),
    owner: machine.lease.owner,
    version: machine.instanceId,
  };
}
