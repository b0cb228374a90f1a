// SPDX-License-Identifier: Apache-2.0
// A proxy's half of Envoy's external processor: Envoy's own messages, as npm's @grpc/grpc-js-xds carries them, sent by @grpc/grpc-js.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fromNpm } from "../npm/cases.mjs";

const grpc = fromNpm("@grpc/grpc-js");
const loader = fromNpm("@grpc/proto-loader");
const protos = join(dirname(fromNpm.resolve("@grpc/grpc-js-xds/package.json")), "deps");
const service = "envoy/service/ext_proc/v3/external_processor.proto", modes = "envoy/extensions/filters/http/ext_proc/v3/processing_mode.proto";

/** What newer Envoys say besides, by the numbers of its documentation: the package's protos are older. */
const later = [
  [modes, "BUFFERED_PARTIAL = 3;", "BUFFERED_PARTIAL = 3; FULL_DUPLEX_STREAMED = 4;"],
  [service, "bool observability_mode = 10;", "bool observability_mode = 10; ProtocolConfiguration protocol_config = 11;"],
  [service, "message HttpHeaders {", `message ProtocolConfiguration {
    envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode request_body_mode = 1;
    envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode response_body_mode = 2;
    bool send_body_without_waiting_for_header_response = 3;
  }
  message StreamedBodyResponse { bytes body = 1; bool end_of_stream = 2; }
  message HttpHeaders {`],
  [service, "bool clear_body = 2;", "bool clear_body = 2; StreamedBodyResponse streamed_response = 3;"],
];

function load() {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-protos-"));
  for (const file of [service, modes]) {
    let text = readFileSync(join(protos, "envoy-api", file), "utf8");
    for (const [where, from, to] of later) {
      if (where !== file) continue;
      if (!text.includes(from)) throw new Error(`${file} has no \`${from}\``);
      text = text.replace(from, to);
    }
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  writeFileSync(join(folder, "health.proto"), `syntax = "proto3"; package grpc.health.v1;
    message HealthCheckRequest { string service = 1; }
    message HealthCheckResponse { enum ServingStatus { UNKNOWN = 0; SERVING = 1; NOT_SERVING = 2; SERVICE_UNKNOWN = 3; } ServingStatus status = 1; }
    service Health { rpc Check(HealthCheckRequest) returns (HealthCheckResponse); rpc Watch(HealthCheckRequest) returns (stream HealthCheckResponse); }`);
  const options = { keepCase: true, enums: String, oneofs: true, defaults: true, includeDirs: [folder, ...["envoy-api", "xds", "googleapis", "protoc-gen-validate"].map((one) => join(protos, one))] };
  const loaded = grpc.loadPackageDefinition(loader.loadSync([service, "health.proto"], options));
  rmSync(folder, { recursive: true });
  const codes = new Map(loaded.envoy.type.v3.StatusCode.type.value.map((one) => [one.name, one.number]));
  return { Processor: loaded.envoy.service.ext_proc.v3.ExternalProcessor, Health: loaded.grpc.health.v1.Health, codes };
}
const { Processor, Health, codes } = load();

const raw = (headers) => ({ headers: Object.entries(headers).map(([key, value]) => ({ key, raw_value: Buffer.from(value) })) });
// The loader has Google's Struct built in, with names of its own.
const text = (value) => (typeof value === "string" ? { stringValue: value } : { listValue: { values: value.map((one) => ({ stringValue: one })) } });
/** `{space: {name: text or list}}`. */
const metadata = (spaces) => ({ filter_metadata: Object.fromEntries(Object.entries(spaces).map(([space, fields]) => [space, { fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, text(value)])) }])) });
const plain = (struct) => Object.fromEntries(Object.entries(struct?.fields ?? {}).map(([name, value]) => [name, value.structValue ? plain(value.structValue) : value.stringValue]));

/** What an answer of the processor says, without the forms it is said in. */
function read(response) {
  const kind = response.response, inner = response[kind], common = inner?.response ?? inner ?? {};
  const mutation = (kind === "immediate_response" ? inner.headers : common.header_mutation) ?? {};
  const body = common.body_mutation ?? {};
  return {
    kind,
    set: Object.fromEntries((mutation.set_headers ?? []).map((one) => [one.header.key, one.header.raw_value.toString()])),
    actions: [...new Set((mutation.set_headers ?? []).map((one) => one.append_action))],
    removed: mutation.remove_headers ?? [],
    body: kind === "immediate_response" ? inner.body.toString() : body.mutation === "body" ? body.body.toString() : undefined,
    cleared: body.mutation === "clear_body" ? body.clear_body : undefined,
    streamed: body.mutation === "streamed_response" ? { body: body.streamed_response.body.toString(), end: body.streamed_response.end_of_stream } : undefined,
    clears_route: common.clear_route_cache ?? false,
    status: kind === "immediate_response" ? codes.get(inner.status.code) : undefined,
    mode: response.mode_override ? { request: response.mode_override.request_body_mode, response: response.mode_override.response_body_mode } : undefined,
    metadata: plain(response.dynamic_metadata),
  };
}

/** A proxy that asks at `address`: `unix:PATH` or `HOST:PORT`. */
export function proxy(address, { credentials = grpc.credentials.createInsecure(), options = {} } = {}) {
  const client = new Processor(address, credentials, options), health = new Health(address, credentials, options);
  return {
    client,
    close: () => (client.close(), health.close()),
    check: (name) => new Promise((resolve) => health.Check({ service: name }, (error, answer) => resolve(error ? error.code : answer.status))),
    watch: (name) => health.Watch({ service: name }),
    /** One request. `next` gives the next answer, or null at the end; `ended` the status of the call. */
    open() {
      const call = client.Process(), answers = [], waiting = [];
      const give = (answer) => (waiting.length > 0 ? waiting.shift()(answer) : answers.push(answer));
      call.on("data", (response) => give(read(response)));
      const ended = new Promise((resolve) => call.on("status", (status) => (resolve(status), give(null))));
      call.on("error", () => {});
      const next = () => new Promise((resolve) => (answers.length > 0 ? resolve(answers.shift()) : waiting.push(resolve)));
      const send = (message) => void call.write(message);
      return {
        call, next, send, ended,
        head: (headers, { end = false, config, spaces, watching } = {}) =>
          send({ request_headers: { headers: raw(headers), end_of_stream: end }, ...(config && { protocol_config: config }), ...(spaces && { metadata_context: metadata(spaces) }), observability_mode: watching ?? false }),
        body: (bytes, end = true) => send({ request_body: { body: Buffer.from(bytes), end_of_stream: end } }),
        trailers: (headers = {}) => send({ request_trailers: { trailers: raw(headers) } }),
        answerHead: (headers, { end = false, spaces } = {}) => send({ response_headers: { headers: raw(headers), end_of_stream: end }, ...(spaces && { metadata_context: metadata(spaces) }) }),
        answerBody: (bytes, end = true) => send({ response_body: { body: Buffer.from(bytes), end_of_stream: end } }),
        answerTrailers: (headers = {}) => send({ response_trailers: { trailers: raw(headers) } }),
        /** Says that it is done; the status. */
        done: async () => (call.end(), (await ended).code),
      };
    },
  };
}

export const post = (path = "/v1/chat/completions", more = {}) => ({ ":method": "POST", ":scheme": "http", ":path": path, ":authority": "gateway", "content-type": "application/json", ...more });
export const grpcStatus = grpc.status;
export const grpcCredentials = grpc.credentials;
