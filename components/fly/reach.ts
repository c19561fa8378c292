/** Where an app was declared to be, as far as it decides who reaches its machines. */
export interface Declared {
  readonly organization: string;
  /** A network of its own; undefined for the organisation's. */
  readonly network: string | undefined;
  /** Ports of its network policy; undefined where it has none. */
  readonly policyPorts: readonly number[] | undefined;
}

/**
 * Whether a machine of one app reaches a TCP port of another's machines on their private addresses.
 *
 * Who is in one network reaches every port of everybody in it, unless a policy keeps some shut; a policy asks for
 * the port and not for who is coming. Nobody reaches into another network.
 * https://fly.io/docs/networking/custom-private-networks/
 */
export function reaches(from: Declared, to: Declared, port: number): boolean {
  const together = from.organization === to.organization && from.network === to.network;
  return together && (to.policyPorts?.includes(port) ?? true);
}
