-- SPDX-License-Identifier: Apache-2.0
-- Routing policies decided in an nginx worker: libsignalbox-runtime through LuaJIT's FFI. One router serves a worker.
local ffi = require "ffi"

-- signalbox.h, with one liberty: where it takes an `sbx_text` by value, two arguments are declared. On x86-64 and AArch64 they travel in the
-- same registers, and LuaJIT compiles such calls, which it does not for structs.
ffi.cdef [[
typedef struct { const char* data; uint64_t size; } sbx_text;
typedef struct { sbx_text name; sbx_text value; } sbx_pair;
typedef struct sbx_router sbx_router;
typedef struct sbx_report sbx_report;
typedef struct sbx_request sbx_request;
typedef struct {
  uint32_t version, size;
  sbx_text path, source, object, name, policy, stdlib, public_key, signature, revision;
  uint32_t require_signature, dry_run;
} sbx_load_options;
typedef struct {
  uint32_t version, size, flags, reserved;
  sbx_text id, path, dialect, model;
  const sbx_pair* headers; uint64_t header_count;
  const sbx_pair* metadata; uint64_t metadata_count;
  sbx_text user_id, user_tier, user_region, user_team;
  const sbx_text* user_roles; uint64_t user_role_count;
  const sbx_text* user_groups; uint64_t user_group_count;
  sbx_text session_id, previous_model;
  int64_t idle_ms;
  const sbx_pair* events; uint64_t event_count;
  const sbx_pair* readings; uint64_t reading_count;
  int64_t time_us; uint64_t seed; int64_t deadline_us;
} sbx_head;
typedef struct { uint32_t kind, status; sbx_text message, target; } sbx_end;
typedef struct {
  uint32_t version, size, outcome, used_body;
  uint64_t candidate_count, mutation_count, generation;
  sbx_text policy, revision, route;
  sbx_end end_, after;
  uint32_t unserved, reserved;
  int64_t decide_ns, signals_us;
} sbx_decision;
typedef struct { uint32_t version, size, kind, is_default; sbx_text name, value; } sbx_mutation;
typedef struct { uint32_t version, size; sbx_text model, provider, served_name; const sbx_text* on; uint64_t on_count, mutation_count; } sbx_candidate;
uint32_t sbx_version(void);
sbx_router* sbx_router_new(void);
int32_t sbx_router_load(sbx_router*, const sbx_load_options*, sbx_report**);
int32_t sbx_router_status(sbx_router*, sbx_report**);
sbx_text sbx_report_text(const sbx_report*);
sbx_text sbx_report_json(const sbx_report*);
void sbx_report_free(sbx_report*);
int32_t sbx_begin(sbx_router*, const sbx_head*, sbx_request**);
int32_t sbx_body(sbx_request*, const char* data, uint64_t size);
void sbx_request_free(sbx_request*);
int32_t sbx_get_decision(const sbx_request*, sbx_decision*);
int32_t sbx_get_candidate(const sbx_request*, uint64_t, sbx_candidate*);
int32_t sbx_get_mutation(const sbx_request*, uint64_t, uint64_t, sbx_mutation*);
sbx_text sbx_explain(sbx_request*);
]]

local Version, NeedsBody, BadRequest = 1, 1, -4
local outcomes = { [0] = "route", "otherwise", "deny", "respond", "escalate" }
local Parameter, Header = 0, 1
local MostHeaders = 100

local signalbox = {}
local library, router
local string_of, new = ffi.string, ffi.new

-- A worker decides one request at a time between two waits, so that one of each struct is enough.
local function fresh(name)
  local made = new(name)
  made.version, made.size = Version, ffi.sizeof(name)
  return made
end
local head, decision, candidate, mutation = fresh "sbx_head", fresh "sbx_decision", fresh "sbx_candidate", fresh "sbx_mutation"
local pairs_of_head = new("sbx_pair[?]", MostHeaders)
local request_out, report_out = new "sbx_request*[1]", new "sbx_report*[1]"

local function text(view) return view.data ~= nil and string_of(view.data, view.size) or nil end
local function set(view, value)
  if value then view.data, view.size = value, #value else view.data, view.size = nil, 0 end
end

function signalbox.open(path)
  library = ffi.load(path)
  if library.sbx_version() ~= Version then error("the library speaks another version of signalbox.h") end
  router = library.sbx_router_new()
  if router == nil then error("no memory for a router") end
end

local function report_of()
  local report = report_out[0]
  if report == nil then return nil, "the options contradict each other" end
  local json, words = text(library.sbx_report_json(report)), text(library.sbx_report_text(report))
  library.sbx_report_free(report)
  return json, words
end

--- Puts an object in force for requests that begin from now on: true, the report's JSON and its text; false where the one before stays.
function signalbox.load(object, name, signature, public_key)
  local options = fresh "sbx_load_options"
  set(options.object, object)
  set(options.name, name)
  set(options.signature, signature)
  set(options.public_key, public_key)
  options.require_signature = public_key and 1 or 0
  report_out[0] = nil
  local status = library.sbx_router_load(router, options, report_out)
  return status == 0, report_of()
end

--- {"schema":"signalbox.status/1", …} of this worker.
function signalbox.status()
  report_out[0] = nil
  library.sbx_router_status(router, report_out)
  return (report_of())
end

local Request = {}
Request.__index = Request

local function take(self, status)
  self.needs_body = status == NeedsBody
  if status >= 0 then return self end
  local wrong = status == BadRequest and text(library.sbx_explain(self.handle)) or nil
  self:close()
  return nil, wrong, not wrong and "signalbox: status " .. status or nil
end

--- Begins a request by what precedes its body. `given`: id, path, headers and, of the caller, user_id, user_tier, user_region, user_team.
--- The request, which is to be closed; or nothing and: the JSON of what is wrong with it, or what is wrong with us.
function signalbox.begin(given)
  set(head.id, given.id)
  set(head.path, given.path)
  set(head.user_id, given.user_id)
  set(head.user_tier, given.user_tier)
  set(head.user_region, given.user_region)
  set(head.user_team, given.user_team)
  local count = 0
  for name, value in pairs(given.headers) do
    if count == MostHeaders then break end
    if type(value) == "table" then value = table.concat(value, ", ") end
    if type(value) == "string" then
      local pair = pairs_of_head[count]
      set(pair.name, name)
      set(pair.value, value)
      count = count + 1
    end
  end
  head.headers, head.header_count = pairs_of_head, count
  request_out[0] = nil
  local status = library.sbx_begin(router, head, request_out)
  if request_out[0] == nil then return nil, nil, "signalbox: status " .. tonumber(status) end
  return take(setmetatable({ handle = request_out[0] }, Request), status)
end

--- Decides by the body. The request, or as `begin` what is wrong.
function Request:body(bytes)
  return take(self, library.sbx_body(self.handle, bytes, #bytes))
end

local function ending(made)
  local outcome = outcomes[made.kind]
  return outcome and { outcome = outcome, status = made.status, message = text(made.message), target = text(made.target) } or nil
end

-- What all decisions of a generation share.
local named, name = -1, nil

--- outcome, used_body, generation, policy (`name@revision`), route; `ending` of an end without a model, `after` of all candidates.
function Request:decision()
  if library.sbx_get_decision(self.handle, decision) ~= 0 then return nil end
  local generation = tonumber(decision.generation)
  if generation ~= named then named, name = generation, text(decision.policy) .. "@" .. text(decision.revision) end
  return {
    outcome = outcomes[decision.outcome], used_body = decision.used_body == 1, generation = generation, policy = name, route = text(decision.route),
    ending = ending(decision.end_), after = ending(decision.after),
  }
end

--- The candidate of that place, from 0: model, provider, served_name, on (classes of errors, or nothing), parameters and headers. Parameters
--- at their default are left out.
function Request:candidate(index)
  if library.sbx_get_candidate(self.handle, index, candidate) ~= 0 then return nil end
  local found = { model = text(candidate.model), provider = text(candidate.provider), served_name = text(candidate.served_name), parameters = {}, headers = {} }
  if candidate.on_count > 0 then
    found.on = {}
    for i = 0, tonumber(candidate.on_count) - 1 do found.on[text(candidate.on[i])] = true end
  end
  for i = 0, tonumber(candidate.mutation_count) - 1 do
    library.sbx_get_mutation(self.handle, index, i, mutation)
    if mutation.is_default == 0 then
      if mutation.kind == Parameter then
        found.parameters[text(mutation.name)] = text(mutation.value)
      elseif mutation.kind == Header then
        found.headers[text(mutation.name)] = text(mutation.value)
      end
    end
  end
  return found
end

function Request:close()
  if self.handle ~= nil then
    library.sbx_request_free(self.handle)
    self.handle = nil
  end
end

return signalbox
