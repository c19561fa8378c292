import type { Machine, MachineCheck, MachineEvent } from "../shapes";

/** A machine did not become what it should; says which, and what it last did. */
export function machineFailure(machine: Machine, what: string, remedy: string): Error {
  const events = machine.events.slice(0, 5).map(shownEvent).join("; ");
  const checks = machine.checks.map(shownCheck).join("; ");
  return new Error(
    [
      `${machine.name} (machine ${machine.id}) ${what}`,
      ...(events === "" ? [] : [`last events: ${events}`]),
      ...(checks === "" ? [] : [`checks: ${checks}`]),
      remedy,
    ].join("\n  "),
  );
}

function shownEvent({ type, status, exitCode, outOfMemory, restartCount }: MachineEvent): string {
  const details = [
    ...(exitCode === undefined ? [] : [`exit_code ${exitCode}`]),
    ...(outOfMemory ? ["out of memory"] : []),
    ...(restartCount > 0 ? [`restart ${restartCount}`] : []),
  ];
  return `${type} ${status}${details.length === 0 ? "" : ` (${details.join(", ")})`}`;
}

function shownCheck({ name, status, output }: MachineCheck): string {
  return `${name} ${status}${output === "" ? "" : `: ${output.slice(0, 120)}`}`;
}
