import * as grpc from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { engineLog } from "./engineLog";
import { Unhealthy } from "./lifecycle";
import type { Router } from "./router";
import type { Properties } from "./values";

/**
 * Serves a router to the engine, and prints the port as the plugin protocol asks.
 *
 * The SDK's own `provider.main` drops provider configuration, detailed differences and messages to the user
 * (docs/decisions/0002), hence this translation between gRPC and plain values, which holds nothing else.
 */
export async function serve(
  router: Router,
  version: string,
  engineAddress: string | undefined,
): Promise<void> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
  server.addService(rpc.ResourceProviderService, handlers(router, version, engineAddress));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  process.stdout.write(`${port}\n`);
}

function handlers(
  router: Router,
  version: string,
  engineAddress: string | undefined,
): grpc.UntypedServiceImplementation {
  let log = engineLog(engineAddress);
  return {
    attach: unary((request: { getAddress(): string }) => {
      log = engineLog(request.getAddress());
      return Promise.resolve(new Empty());
    }),
    getPluginInfo: unary(() => Promise.resolve(new PluginInfo().setVersion(version))),
    getSchema: unary(() => Promise.resolve(new proto.GetSchemaResponse().setSchema(router.schema(version)))),
    configure: unary((request: proto.ConfigureRequest) => {
      router.configure(properties(request.getArgs()));
      return Promise.resolve(
        new proto.ConfigureResponse().setAcceptsecrets(true).setAcceptresources(true).setAcceptoutputs(true),
      );
    }),
    check: unary(async (request: proto.CheckRequest) => {
      const news = properties(request.getNews());
      const failures = await router.check(request.getUrn(), properties(request.getOlds()), news, log);
      const response = new proto.CheckResponse().setInputs(struct(news));
      for (const { property, reason } of failures) {
        response.addFailures(new proto.CheckFailure().setProperty(property).setReason(reason));
      }
      return response;
    }),
    diff: unary(async (request: proto.DiffRequest) => {
      const changes = await router.diff(
        { urn: request.getUrn(), id: request.getId(), state: properties(request.getOlds()) },
        properties(request.getOldInputs()),
        properties(request.getNews()),
        request.getIgnorechangesList(),
        log,
      );
      const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
      const response = new proto.DiffResponse().setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE);
      for (const { property, replaces, input } of changes) {
        const { UPDATE, UPDATE_REPLACE } = proto.PropertyDiff.Kind;
        const kind = replaces ? UPDATE_REPLACE : UPDATE;
        response
          .getDetaileddiffMap()
          .set(property, new proto.PropertyDiff().setKind(kind).setInputdiff(input));
        response.addDiffs(property);
        if (replaces) {
          response.addReplaces(property);
        }
      }
      // Two of one resource would claim the same name, port or folder.
      return response
        .setHasdetaileddiff(true)
        .setDeletebeforereplace(changes.some((change) => change.replaces));
    }),
    create: unary(async (request: proto.CreateRequest) => {
      const created = await router.create(request.getUrn(), properties(request.getProperties()), log);
      return new proto.CreateResponse().setId(created.id).setProperties(struct(created.state));
    }),
    read: unary(async (request: proto.ReadRequest) => {
      const found = await router.read(
        { urn: request.getUrn(), id: request.getId(), state: properties(request.getProperties()) },
        properties(request.getInputs()),
        log,
      );
      const response = new proto.ReadResponse();
      return found === undefined
        ? response
        : response.setId(found.id).setProperties(struct(found.state)).setInputs(struct(found.inputs));
    }),
    update: unary(async (request: proto.UpdateRequest) => {
      const state = await router.update(
        { urn: request.getUrn(), id: request.getId(), state: properties(request.getOlds()) },
        properties(request.getNews()),
        log,
      );
      return new proto.UpdateResponse().setProperties(struct(state));
    }),
    delete: unary(async (request: proto.DeleteRequest) => {
      const state = properties(request.getProperties());
      await router.delete({ urn: request.getUrn(), id: request.getId(), state }, log);
      return new Empty();
    }),
    cancel: unary(() => {
      router.cancel();
      return Promise.resolve(new Empty());
    }),
  };
}

function unary<Request, Response>(
  handle: (request: Request) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    handle(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => callback(failure(error)),
    );
  };
}

/** An `Unhealthy` resource travels as the detail that makes the engine keep it. */
function failure(error: unknown): Partial<grpc.ServiceError> {
  const message = error instanceof Error ? error.message : String(error);
  const metadata = new grpc.Metadata();
  if (error instanceof Unhealthy) {
    const detail = new proto.ErrorResourceInitFailed().setId(error.id).setReasonsList([message]);
    detail.setProperties(struct(error.outputs));
    const packed = new Any();
    packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(message);
    status.addDetails(packed);
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  }
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}

function properties(value: Struct | undefined): Properties {
  return value?.toJavaScript() ?? {};
}

function struct(value: Properties): Struct {
  return Struct.fromJavaScript(value);
}
