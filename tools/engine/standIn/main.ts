import * as provider from "@pulumi/pulumi/provider";
import { ReadRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { RandomProvider } from "./provider";

// For an import the engine sends no properties, which the SDK's server does not expect.
const sent = Object.getOwnPropertyDescriptor(ReadRequest.prototype, "getProperties")?.value as
  (() => Struct | undefined) | undefined;
ReadRequest.prototype.getProperties = function (this: ReadRequest) {
  return sent?.call(this) ?? new Struct();
};

// The engine passes its own address; `main` prints the port it serves on, and nothing else may go to stdout.
void provider.main(new RandomProvider(), process.argv.slice(2));
