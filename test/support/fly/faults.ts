/** What may be made to go wrong. */
export type Fault =
  /** The next `times` calls of an action are turned away for their rate. */
  | { kind: "rateLimited"; action: string; times: number }
  /** They are done, and answered with 408 all the same. */
  | { kind: "ambiguous"; action: string; times: number }
  /** The connection is cut, after they were done or before. */
  | { kind: "reset"; action: string; times: number; done: boolean }
  /** They are answered with 503. */
  | { kind: "unavailable"; action: string; times: number }
  /** A machine's host has no room for its update. */
  | { kind: "hostFull"; machine: string; times: number }
  /** No machine fits in the region. */
  | { kind: "regionFull"; region: string }
  /** A machine ends a second after it started, again and again. */
  | { kind: "dies"; machine: string }
  /** Its checks pass so many seconds later. */
  | { kind: "slowChecks"; machine: string; seconds: number };

type OfKind<Kind extends Fault["kind"]> = Extract<Fault, { kind: Kind }>;

/** The fault that concerns a machine, region or action; one that is counted is used up. `*` concerns all. */
export function faultFor<Kind extends Fault["kind"]>(
  faults: Fault[],
  kind: Kind,
  subject: string,
): OfKind<Kind> | undefined {
  const found = faults.find((fault): fault is OfKind<Kind> => {
    const about = "action" in fault ? fault.action : "region" in fault ? fault.region : fault.machine;
    return fault.kind === kind && (about === subject || about === "*");
  });
  if (found !== undefined && "times" in found && --found.times <= 0) {
    faults.splice(faults.indexOf(found), 1);
  }
  return found;
}
