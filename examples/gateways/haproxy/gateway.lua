-- SPDX-License-Identifier: Apache-2.0
-- From a request of HAProxy to the backend that the policy chooses, and to the next policy. `haproxy.cfg.in` calls what is registered here;
-- the settings are in HAProxy's environment: SIGNALBOX_POLICY, SIGNALBOX_FOLDERS (of Lua and of signalbox.so), SIGNALBOX_KEY.
for folder in os.getenv "SIGNALBOX_FOLDERS":gmatch "[^:]+" do
  package.path = folder .. "/?.lua;" .. package.path
  package.cpath = folder .. "/?.so;" .. package.cpath
end
local dialects = require "dialects"
local json_body = require "json_body"
local signalbox = require "signalbox"

local policy, public_key = os.getenv "SIGNALBOX_POLICY", nil
if os.getenv "SIGNALBOX_KEY" then
  local file = assert(io.open(os.getenv "SIGNALBOX_KEY", "rb"))
  public_key = file:read "a"
  file:close()
end
local function load() return signalbox.load { path = policy, public_key = public_key } end

-- Each thread runs this file; the router is the process's, and the first thread fills it.
if signalbox.status():find('"policy":null', 1, true) then
  local done, _, why = load()
  if not done then error("no policy can be put in force: " .. why) end
end

-- What is planned for a stream, by a number that the stream carries. A stream stays with its thread, and so with this state.
local plans, last = {}, 0

local function answer(txn, plan, status, content_type, body)
  local reply = txn:reply { status = status }
  reply:add_header("content-type", content_type)
  for name, value in pairs(plan.said or {}) do reply:add_header(name, value) end
  reply:set_body(body)
  if plan.request then plan.request:close() end
  txn:done(reply)
end

local function fail(txn, plan, status, message) answer(txn, plan, status, "application/json", dialects.error(plan.dialect, status, message)) end

-- The whole body, which `wait-for-body` has brought; nothing if it does not fit HAProxy's buffer.
local function body_of(txn)
  local body = txn.f:req_body() or ""
  return #body >= (tonumber(txn.f:req_body_size()) or 0) and body or nil
end

local function wrong_with(txn, plan, wrong, bug)
  if bug then
    core.Alert(bug)
    return fail(txn, plan, 500, "no decision could be made")
  end
  fail(txn, plan, 400, wrong:match '"message":"(.-[^\\])"' or "the request makes no sense")
end

-- Before an attempt HAProxy knows one class of errors: whether a backend has servers that answer its health checks. In the order of the policy
-- the first candidate with such a backend is asked; if there is none, the first.
local function choose(txn, request)
  local first = request:candidate(0)
  local candidate, index = first, 0
  while candidate do
    if (tonumber(txn.f:nbsrv(candidate.provider)) or 0) > 0 then return candidate, index + 1 end
    index = index + 1
    candidate = request:candidate(index)
    if candidate and candidate.on and not candidate.on.unavailable then break end
  end
  return first, 1
end

local function carry_out(txn, plan)
  local decision = plan.request:decision()
  plan.said = { ["x-signalbox-decision"] = plan.id, ["x-signalbox-policy"] = decision.policy .. "@" .. decision.revision,
    ["x-signalbox-route"] = decision.route or "otherwise", ["x-signalbox-attempts"] = "0" }
  if decision.ending then return answer(txn, plan, dialects.finish(decision.ending, plan.dialect, plan.id, plan.body)) end
  local candidate, attempt = choose(txn, plan.request)
  plan.said["x-signalbox-model"], plan.said["x-signalbox-attempts"] = candidate.model, tostring(attempt)
  local body, status, why = dialects.body_for(candidate, plan.dialect, plan.body)
  if not body then return fail(txn, plan, status, why) end
  plan.changed = body
  for name, value in pairs(candidate.headers) do txn.http:req_set_header(name, value) end
  txn.http:req_set_header("content-length", tostring(#body))
  txn.http:req_del_header "transfer-encoding"
  for name, value in pairs(plan.said) do txn:set_var("txn." .. name:gsub("-", "_"), value) end
  txn:set_var("txn.signalbox_backend", candidate.provider)
  plan.request:close()
end

-- The head: a denial needs no body. `txn.signalbox_wait` says that the body is to come.
core.register_action("signalbox_head", { "http-req" }, function(txn)
  last = last + 1
  local plan = { id = txn.f:uuid(), dialect = dialects.of(txn.f:path()) }
  plans[last] = plan
  txn:set_var("txn.signalbox_plan", last)
  local request, wrong, bug = signalbox.begin {
    id = plan.id, path = txn.f:path(), headers = txn.http:req_get_headers(), user_id = txn:get_var "txn.user_id", user_tier = txn:get_var "txn.user_tier",
    user_region = txn:get_var "txn.user_region", user_team = txn:get_var "txn.user_team",
  }
  if not request then return wrong_with(txn, plan, wrong, bug) end
  plan.request = request
  if not request:needs_body() and request:decision().outcome == "deny" then return carry_out(txn, plan) end
  txn:set_var("txn.signalbox_wait", true)
end, 0)

-- The body: it decides, if the head has not, and is made what the candidate wants.
core.register_action("signalbox_body", { "http-req" }, function(txn)
  local plan = plans[txn:get_var "txn.signalbox_plan"]
  plan.body = body_of(txn)
  if not plan.body then return fail(txn, plan, 413, "the body is larger than the gateway's buffer") end
  if plan.request:needs_body() then
    local request, wrong, bug = plan.request:body(plan.body)
    if not request then return wrong_with(txn, plan, wrong, bug) end
  end
  carry_out(txn, plan)
end, 0)

-- Puts the changed body in the place of the client's, which is whole in the buffer.
local Replace = { id = "signalbox", flags = filter.FLT_CFG_FL_HTX }
Replace.__index = Replace
function Replace.new() return setmetatable({}, Replace) end
function Replace:start_analyze(txn, channel)
  if not channel:is_resp() then filter.register_data_filter(self, channel) end
end
function Replace:http_payload(txn, message)
  if message.channel:is_resp() or self.done then return end
  local plan = plans[txn:get_var "txn.signalbox_plan"]
  if not plan or not plan.changed then return end
  self.done = true
  message:set(plan.changed)
end
function Replace:end_analyze(txn, channel)
  local key = txn:get_var "txn.signalbox_plan"
  if key then plans[key] = nil end
end
core.register_filter("signalbox", Replace, function(class) return class end)

-- GET says what is in force, POST loads the file again.
core.register_service("signalbox_admin", "http", function(applet)
  local status, json = 200, nil
  if applet.method == "POST" then
    local done, report, why = load()
    if not done then core.Alert("signalbox: the policy in force stays: " .. why) end
    status, json = done and 200 or 422, report
  else
    json = signalbox.status()
  end
  applet:set_status(status)
  applet:add_header("content-type", "application/json")
  applet:add_header("content-length", #json)
  applet:start_response()
  applet:send(json)
end)
