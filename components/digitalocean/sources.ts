import * as net from "node:net";
import { misuse } from "../beam/misuse";

/** Checks IP addresses and CIDR blocks, as a cloud firewall takes them (1,000 at most in one rule). */
export function addresses(field: string, given: readonly string[]): readonly string[] {
  if (given.length > 1000) {
    throw misuse(field, `${given.length} entries`, "at most 1000", "join them to larger blocks");
  }
  for (const one of given) {
    const [address = "", bits, ...more] = one.split("/");
    const family = net.isIP(address);
    const most = family === 6 ? 128 : 32;
    const whole = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
    if (family === 0 || !whole || more.length > 0) {
      throw misuse(
        field,
        one,
        "IP addresses and CIDR blocks",
        "give ones such as 203.0.113.7 or 2001:db8::/32",
      );
    }
  }
  return given;
}

/** Whether a block holds every address there is, or so much that it might as well. */
export function isWorld(block: string): boolean {
  const [address = "", bits] = block.split("/");
  return bits !== undefined && Number(bits) < (net.isIP(address) === 6 ? 16 : 8);
}
