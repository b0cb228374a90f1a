// SPDX-License-Identifier: Apache-2.0
// Routing policies for LLM gateways, decided in this process by libsignalbox-runtime (or libsignalbox), through koffi.
//
//   const router = new Router("policy.so");
//   const decision = router.decide(body, { path: "/v1/chat/completions", user: { tier: "pro" } });
//   for (const candidate of decision.candidates) …
//
// `load` compiles or maps a policy on a thread of koffi's and swaps it in; requests are served meanwhile.
import koffi from "koffi";

const VERSION = 1;
const NEEDS_BODY = 1, BAD_REQUEST = -4, NO_POLICY = -6;
const OUTCOMES = ["route", "otherwise", "deny", "respond", "escalate", null];
const KINDS = ["parameters", "headers", "effects"];
const EXPLAIN = 1, BODY_WITHHELD = 2, HAS_IDLE = 4, HAS_TIME = 8, HAS_DEADLINE = 16;

// Bytes go in as buffers and come out by their length, so that texts may hold anything.
const Text = koffi.struct("sbx_text", { data: "const uint8_t *", size: "uint64" });
koffi.struct("sbx_pair", { name: Text, value: Text });
const inTurn = (type, names) => Object.fromEntries(names.map((name) => [name, type]));
const versioned = { version: "uint32", size: "uint32" };
const LoadOptions = koffi.struct("sbx_load_options", {
  ...versioned,
  ...inTurn(Text, ["path", "source", "object", "name", "policy", "stdlib", "public_key", "signature", "revision"]),
  ...inTurn("uint32", ["require_signature", "dry_run"]),
});
const Head = koffi.struct("sbx_head", {
  ...versioned,
  ...inTurn("uint32", ["flags", "reserved"]),
  ...inTurn(Text, ["id", "path", "dialect", "model"]),
  headers: "const sbx_pair *", header_count: "uint64",
  metadata: "const sbx_pair *", metadata_count: "uint64",
  ...inTurn(Text, ["user_id", "user_tier", "user_region", "user_team"]),
  user_roles: "const sbx_text *", user_role_count: "uint64",
  user_groups: "const sbx_text *", user_group_count: "uint64",
  ...inTurn(Text, ["session_id", "previous_model"]),
  idle_ms: "int64",
  events: "const sbx_pair *", event_count: "uint64",
  readings: "const sbx_pair *", reading_count: "uint64",
  time_us: "int64", seed: "uint64", deadline_us: "int64",
});
const End = koffi.struct("sbx_end", { ...inTurn("uint32", ["kind", "status"]), ...inTurn(Text, ["message", "target"]) });
const DecisionStruct = koffi.struct("sbx_decision", {
  ...versioned,
  ...inTurn("uint32", ["outcome", "used_body"]),
  ...inTurn("uint64", ["candidate_count", "mutation_count", "generation"]),
  ...inTurn(Text, ["policy", "revision", "route"]),
  ...inTurn(End, ["end", "after"]),
  ...inTurn("uint32", ["unserved", "reserved"]),
  ...inTurn("int64", ["decide_ns", "signals_us"]),
});
const MutationStruct = koffi.struct("sbx_mutation", { ...versioned, ...inTurn("uint32", ["kind", "is_default"]), ...inTurn(Text, ["name", "value"]) });
const CandidateStruct = koffi.struct("sbx_candidate", {
  ...versioned,
  ...inTurn(Text, ["model", "provider", "served_name"]),
  on: "const sbx_text *",
  ...inTurn("uint64", ["on_count", "mutation_count"]),
});
for (const name of ["sbx_router", "sbx_report", "sbx_request"]) koffi.opaque(name);

function open() {
  const names = process.env.SIGNALBOX_LIBRARY ? [process.env.SIGNALBOX_LIBRARY] : ["libsignalbox-runtime.so.1", "libsignalbox.so.1"];
  const errors = [];
  for (const name of names) {
    try {
      return koffi.load(name);
    } catch (error) {
      errors.push(error.message);
    }
  }
  throw new Error(`no signalbox library; set SIGNALBOX_LIBRARY to its path (${errors.join("; ")})`);
}
const library = open();
const call = Object.fromEntries(
  [
    "uint32 sbx_version()",
    "int sbx_has_compiler()",
    "sbx_router *sbx_router_new()",
    "void sbx_router_free(sbx_router *router)",
    "int sbx_router_load(sbx_router *router, const sbx_load_options *options, _Out_ sbx_report **report)",
    "int sbx_router_status(sbx_router *router, _Out_ sbx_report **report)",
    "int sbx_inspect(const sbx_load_options *options, _Out_ sbx_report **report)",
    "sbx_text sbx_report_text(const sbx_report *report)",
    "sbx_text sbx_report_json(const sbx_report *report)",
    "void sbx_report_free(sbx_report *report)",
    "int sbx_begin(sbx_router *router, const sbx_head *head, _Out_ sbx_request **request)",
    "int sbx_body(sbx_request *request, sbx_text body)",
    "void sbx_request_free(sbx_request *request)",
    "int sbx_get_decision(const sbx_request *request, _Inout_ sbx_decision *out)",
    "int sbx_get_candidate(const sbx_request *request, uint64 index, _Inout_ sbx_candidate *out)",
    "int sbx_get_mutation(const sbx_request *request, uint64 candidate, uint64 index, _Inout_ sbx_mutation *out)",
    "sbx_text sbx_explain(sbx_request *request)",
  ].map((prototype) => [prototype.match(/(sbx_\w+)\(/)[1].slice(4), library.func(prototype)]),
);
if (call.version() !== VERSION) throw new Error(`the library speaks version ${call.version()} of signalbox.h, this package version ${VERSION}`);

/** Whether this library compiles policies from text. */
export const hasCompiler = call.has_compiler() !== 0;

/** A call that failed; `status` is that of signalbox.h, `code` that of the finding, `report` the document of a load. */
export class SignalboxError extends Error {
  constructor(message, status, { code = null, report = null } = {}) {
    super(message);
    Object.assign(this, { name: "SignalboxError", status, code, report });
  }
}

const ABSENT = { data: null, size: 0 };
const EMPTY = Buffer.alloc(1);
function view(value) {
  if (value === undefined || value === null) return ABSENT;
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  return { data: bytes.length === 0 ? EMPTY : bytes, size: bytes.length };
}
const string = (text) => (text.data === null ? null : koffi.decode.string(text.data, text.size));
const pairs = (entries) => entries.map(([name, value]) => ({ name: view(name), value: view(value) }));
// A list without members is not an absent one: it needs an address.
const list = (items, none) => (items === null ? null : items.length === 0 ? [none] : items);
// A struct whose members are all zero; koffi wants each of them.
function zero(type) {
  const made = {};
  for (const [name, member] of Object.entries(koffi.type(type).members)) {
    const kind = member.type.primitive;
    made[name] = kind === "Record" ? zero(member.type) : kind === "Pointer" ? null : 0;
  }
  return made;
}
const fresh = (type) => ({ ...zero(type), version: VERSION, size: koffi.sizeof(type) });

function pack({ id, path, dialect, model, headers = {}, metadata = {}, user = {}, session = {}, readings = {}, events = [], timeUs, seed = 0, deadlineUs, explain, bodyWithheld }) {
  const head = fresh(Head);
  const texts = { id, path, dialect, model, session_id: session.id, previous_model: session.previous_model };
  for (const name of ["id", "tier", "region", "team"]) texts[`user_${name}`] = user[name];
  for (const [name, value] of Object.entries(texts)) head[name] = view(value);
  const lists = {
    header: ["headers", Object.entries(headers)],
    metadata: ["metadata", Object.entries(metadata)],
    reading: ["readings", Object.entries(readings).map(([name, value]) => [name, JSON.stringify(value)])],
    event: ["events", events.map((event) => [event.type, event.severity ?? ""])],
  };
  for (const [name, [items, entries]] of Object.entries(lists)) {
    head[items] = list(pairs(entries), { name: ABSENT, value: ABSENT });
    head[`${name}_count`] = entries.length;
  }
  for (const name of ["role", "group"]) {
    const members = user[`${name}s`];
    head[`user_${name}s`] = list(members ? members.map(view) : null, ABSENT);
    head[`user_${name}_count`] = members?.length ?? 0;
  }
  head.flags = (explain ? EXPLAIN : 0) | (bodyWithheld ? BODY_WITHHELD : 0);
  for (const [flag, name, value] of [[HAS_IDLE, "idle_ms", session.idle_ms], [HAS_TIME, "time_us", timeUs], [HAS_DEADLINE, "deadline_us", deadlineUs]]) {
    if (value === undefined || value === null) continue;
    head.flags |= flag;
    head[name] = value;
  }
  head.seed = seed;
  return head;
}

const ending = (end) => (OUTCOMES[end.kind] === null ? null : { outcome: OUTCOMES[end.kind], status: end.status, message: string(end.message), target: string(end.target) });

/** A request on its way: it keeps the policy that it began with until it is closed. */
export class Pending {
  #handle;
  constructor(handle, status) {
    this.#handle = handle;
    this.#take(status);
  }
  #take(status) {
    this.needsBody = status === NEEDS_BODY;
    if (status >= 0) return;
    const error = status === BAD_REQUEST ? this.explain().error : { code: null, message: "the request cannot be decided" };
    this.close();
    throw new SignalboxError(error.code ? `${error.code}: ${error.message}` : error.message, status, { code: error.code });
  }
  /** Decides by the body: bytes, text, or what JSON.stringify takes. */
  body(body) {
    this.#take(call.body(this.#handle, view(typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body))));
    return this.decision;
  }
  get decision() {
    const found = fresh(DecisionStruct);
    if (call.get_decision(this.#handle, found) !== 0) throw new SignalboxError("there is no decision yet", -1);
    return {
      outcome: OUTCOMES[found.outcome],
      route: string(found.route),
      policy: string(found.policy),
      revision: string(found.revision),
      generation: Number(found.generation),
      usedBody: found.used_body !== 0,
      unserved: found.unserved !== 0,
      candidates: Array.from({ length: Number(found.candidate_count) }, (_, index) => this.#candidate(index)),
      end: ending(found.end),
      after: ending(found.after),
      decideNs: Number(found.decide_ns),
      signalsUs: Number(found.signals_us),
    };
  }
  #candidate(index) {
    const found = fresh(CandidateStruct);
    call.get_candidate(this.#handle, index, found);
    const on = Number(found.on_count) === 0 ? [] : koffi.decode(found.on, Text, Number(found.on_count)).map(string);
    const made = { model: string(found.model), provider: string(found.provider), servedName: string(found.served_name), on, parameters: {}, defaults: {}, headers: {}, effects: {} };
    for (let position = 0; position < Number(found.mutation_count); ++position) {
      const mutation = fresh(MutationStruct);
      call.get_mutation(this.#handle, index, position, mutation);
      const kind = KINDS[mutation.kind], value = string(mutation.value);
      made[mutation.is_default ? "defaults" : kind][string(mutation.name)] = kind === "headers" ? value : JSON.parse(value);
    }
    return made;
  }
  /** The document of `signalbox decide`. */
  explain() {
    const text = string(call.explain(this.#handle));
    return text ? JSON.parse(text) : {};
  }
  close() {
    if (this.#handle) call.request_free(this.#handle);
    this.#handle = null;
  }
}

function options({ path, source, object, name, policy, stdlib, publicKey, signature, revision, requireSignature, dryRun }) {
  const made = fresh(LoadOptions);
  const texts = { path, source, object, name, policy, stdlib, public_key: publicKey, signature, revision };
  for (const [member, value] of Object.entries(texts)) made[member] = view(value);
  made.require_signature = requireSignature ? 1 : 0;
  made.dry_run = dryRun ? 1 : 0;
  return made;
}

function concluded(status, handle, without) {
  if (!handle) throw new SignalboxError(without, status);
  const text = string(call.report_text(handle)), report = JSON.parse(string(call.report_json(handle)));
  call.report_free(handle);
  if (status !== 0) throw new SignalboxError(text.trim(), status, { code: report.error?.code, report });
  return report;
}

const kContradiction = "the options of the load contradict each other";

/** Decides by the policy that was loaded last. */
export class Router {
  #handle = call.router_new();
  constructor(path) {
    if (path !== undefined) this.loadSync({ path });
  }
  /** Puts a policy in force: `{ path }`, `{ source }` or `{ object }`. The thread that calls it waits. */
  loadSync(what) {
    const report = [null];
    return concluded(call.router_load(this.#handle, options(what), report), report[0], kContradiction);
  }
  /** The same on another thread. */
  load(what) {
    return new Promise((resolve, reject) => {
      const report = [null];
      call.router_load.async(this.#handle, options(what), report, (error, status) => {
        try {
          if (error) throw error;
          resolve(concluded(status, report[0], kContradiction));
        } catch (failure) {
          reject(failure);
        }
      });
    });
  }
  /** Begins a request by what precedes its body; `needsBody` says whether the body is to follow. Close it. */
  begin(head = {}) {
    const request = [null];
    const status = call.begin(this.#handle, pack(head), request);
    if (!request[0]) throw new SignalboxError(status === NO_POLICY ? "nothing is loaded" : "the head is not as it must be", status);
    return new Pending(request[0], status);
  }
  /** Decides a request whose body is there. */
  decide(body, head = {}) {
    const request = this.begin(head);
    try {
      return request.body(body);
    } finally {
      request.close();
    }
  }
  get status() {
    const report = [null];
    return concluded(call.router_status(this.#handle, report), report[0], "");
  }
  close() {
    if (this.#handle) call.router_free(this.#handle);
    this.#handle = null;
  }
}

/** What an object is, read without running it. */
export function inspect(what) {
  const report = [null];
  return concluded(call.inspect(options(what), report), report[0], "one object is to be named");
}
