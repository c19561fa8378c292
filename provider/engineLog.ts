import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Messages to the user, shown beside a resource. A passing one is overwritten by the next and leaves no line. */
export interface EngineLog {
  progress(urn: string, message: string): void;
  warn(urn: string, message: string): void;
}

/** Without an engine (a schema is asked for, a test) messages go nowhere. */
export function engineLog(address: string | undefined): EngineLog {
  if (address === undefined) {
    return { progress: () => undefined, warn: () => undefined };
  }
  const engine = new EngineClient(address, grpc.credentials.createInsecure());
  let sent = Promise.resolve();
  const send = (severity: LogSeverity, ephemeral: boolean) => (urn: string, message: string) => {
    const request = new LogRequest()
      .setSeverity(severity)
      .setUrn(urn)
      .setMessage(message)
      .setEphemeral(ephemeral);
    // One after the other, for a passing message replaces the one before it. A lost one is no reason to fail what
    // it speaks of.
    sent = sent.then(() => new Promise((resolve) => engine.log(request, () => resolve())));
  };
  return { progress: send(LogSeverity.INFO, true), warn: send(LogSeverity.WARNING, false) };
}
