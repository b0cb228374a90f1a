-- SPDX-License-Identifier: Apache-2.0
-- From a request of nginx to the provider that the policy chooses, to the next one when it fails, and to the next policy.
local dialects = require "dialects"
local signalbox = require "signalbox"

local gateway = {}
local settings, plans, last_plan = nil, {}, 0
local seen, in_force = 0, nil  -- the count of loads that this worker knows of; the object it serves

local ffi = require "ffi"
ffi.cdef [[
typedef struct { long seconds, nanoseconds; } sbx_clock;
int clock_gettime(int, sbx_clock*);
]]
local clock = ffi.new "sbx_clock"
local function now_us()
  ffi.C.clock_gettime(1, clock)
  return tonumber(clock.seconds) * 1e6 + tonumber(clock.nanoseconds) / 1e3
end

-- ---- policies

local function read(path)
  local file, why = io.open(path, "rb")
  if not file then return nil, why end
  local bytes = file:read "*a"
  file:close()
  return bytes
end

local function load_object(object, signature)
  local done, json, words = signalbox.load(object, settings.policy, signature, settings.public_key)
  if done then in_force = object end
  return done, json, words
end

-- What one worker has loaded from the file, the others load from shared memory: all serve the same, whatever becomes of the file, and so does
-- a worker that nginx starts anew.
local function load_file()
  local object, why = read(settings.policy)
  if not object then return false, nil, why end
  local signature = settings.public_key and read(settings.policy .. ".sig")
  local done, json, words = load_object(object, signature)
  if done then
    local shared = ngx.shared.signalbox
    shared:set("object", object)
    shared:set("signature", signature)
    shared:incr("loads", 1, 0)
  end
  return done, json, words
end

local function follow()
  local shared = ngx.shared.signalbox
  local loads = shared:get "loads" or 0
  if loads == seen then return end
  seen = loads
  local object = shared:get "object"
  if object == in_force then return end
  local done, _, why = load_object(object, shared:get "signature")
  if not done then ngx.log(ngx.ERR, "signalbox: the policy of another worker is refused here: ", why) end
end

--- In init_worker_by_lua. `policy`: an object; `library`: libsignalbox-runtime.so; `public_key`: PEM, objects must be signed then;
--- `providers`: { name = { origin = "http://UPSTREAM", host, authorization = { header, value }, keep_body } }; `user`: { tier = VARIABLE, … }.
function gateway.start(given)
  settings = given
  settings.user = settings.user or {}
  signalbox.open(settings.library)
  if ngx.shared.signalbox:get "object" then
    follow()
  else
    local done, _, why = load_file()
    if not done then ngx.log(ngx.EMERG, "signalbox: no policy is in force: ", why) end
  end
  assert(ngx.timer.every(settings.follow_s or 0.05, follow))
end

--- GET says what is in force in this worker; POST loads the file again, 422 if that fails. For a location that only operators reach.
function gateway.admin()
  ngx.header.content_type = "application/json"
  if ngx.req.get_method() ~= "POST" then return ngx.say((signalbox.status():gsub("}%s*$", ',"worker":' .. ngx.worker.pid() .. "}"))) end
  local done, json, why = load_file()
  if not done then ngx.log(ngx.ERR, "signalbox: the policy in force stays: ", why) end
  ngx.status = done and 200 or 422
  ngx.say(json or '{"schema":"signalbox.load/1","loaded":false,"error":{"code":"R0701","message":' .. require "json_body".quote(why) .. "}}")
end

-- ---- requests

local function answer(status, content_type, body)
  ngx.status = status
  ngx.header.content_type = content_type
  ngx.header.content_length = #body
  ngx.print(body)
  return ngx.exit(ngx.HTTP_OK)
end

local function fail(plan, status, message) return answer(status, "application/json", dialects.error(plan.dialect, status, message)) end

local function body_of_client()
  ngx.req.read_body()
  local body = ngx.req.get_body_data()
  if body then return body end
  local file = ngx.req.get_body_file()  -- larger than client_body_buffer_size
  return file and read(file) or ""
end

local function finish(plan, ending)
  if ending.outcome == "respond" and not plan.body then plan.body = body_of_client() end
  return answer(dialects.finish(ending, plan.dialect, plan.id, plan.body))
end

-- Of the classes of docs/language/candidates.md those that nginx can tell.
local function class_of(status, by_nginx)
  if by_nginx then return status == 504 and "timeout" or "unavailable" end
  return status == 429 and "429" or status >= 500 and "5xx" or status >= 400 and "4xx" or nil
end

local function leads_on(candidate, status, by_nginx)
  local class = class_of(status, by_nginx)
  if not candidate.on then return class ~= nil and class ~= "4xx" end
  return candidate.on[class] or candidate.on[tostring(status)] or class == "429" and candidate.on["4xx"] or false
end

-- Which answers of the provider are looked at before the client gets them: only those that may lead to another candidate. Without a name: as
-- the location that clients reach has it.
local function location_for(plan)
  local following = plan.next
  if not following then return plan.decision.after and "@signalbox_any" or "@signalbox_last" end
  if not following.on then return nil end
  for class in pairs(following.on) do
    if not (class == "timeout" or class == "unavailable" or class == "5xx" or class == "429" or class:find "^5%d%d$") then return "@signalbox_any" end
  end
  return nil
end

-- Makes the request that of the candidate; what the one before has set is as the client sent it.
local function ask(plan)
  local candidate = plan.candidate
  local provider = settings.providers[candidate.provider]
  if not provider then
    ngx.log(ngx.ERR, "signalbox: no provider `", candidate.provider, "` in the settings")
    return fail(plan, 500, "the gateway has no provider `" .. candidate.provider .. "`")
  end
  if not (provider.keep_body and not next(candidate.parameters)) then
    plan.body = plan.body or body_of_client()
    local body, status, why = dialects.body_for(candidate, plan.dialect, plan.body)
    if not body then return fail(plan, status, why) end
    ngx.req.set_body_data(body)
  end
  if plan.changed then
    for name in pairs(plan.changed) do ngx.req.set_header(name, plan.headers[name:lower()]) end
  end
  plan.changed = candidate.headers
  for name, value in pairs(candidate.headers) do ngx.req.set_header(name, value) end
  if provider.authorization then
    ngx.req.clear_header "authorization"
    ngx.req.clear_header "x-api-key"
    ngx.req.set_header(provider.authorization[1], provider.authorization[2])
  end
  ngx.var.signalbox_origin = provider.origin
  ngx.var.signalbox_host = provider.host or ngx.var.host
  plan.attempts = plan.attempts + 1
  plan.next = plan.request:candidate(plan.attempts)
end

--- In access_by_lua of the location that clients reach.
function gateway.access()
  local started = now_us()
  local path = ngx.var.uri
  local plan = { dialect = dialects.of(path), id = ngx.var.request_id, attempts = 0, headers = ngx.req.get_headers(100) }
  last_plan = last_plan + 1
  plans[last_plan] = plan
  ngx.var.signalbox_plan = last_plan
  local user = settings.user
  local request, wrong, bug = signalbox.begin {
    id = plan.id, path = path, headers = plan.headers,
    user_id = user.id and ngx.var[user.id], user_tier = user.tier and ngx.var[user.tier],
    user_region = user.region and ngx.var[user.region], user_team = user.team and ngx.var[user.team],
  }
  plan.request = request
  if request and request.needs_body then
    local waiting = now_us()
    plan.body = body_of_client()
    started = started + (now_us() - waiting)
    request, wrong, bug = request:body(plan.body)
  end
  if bug then
    ngx.log(ngx.ERR, bug)
    return fail(plan, 500, "no decision could be made")
  end
  if not request then return fail(plan, 400, wrong and wrong:match '"message":"(.-[^\\])"' or "the request makes no sense") end
  plan.decision = request:decision()
  plan.overhead_us = now_us() - started
  if plan.decision.ending then return finish(plan, plan.decision.ending) end
  plan.candidate = request:candidate(0)
  ask(plan)
  local location = location_for(plan)
  if location then return ngx.exec(location) end
end

--- In access_by_lua of @signalbox_next, where `error_page` leads.
function gateway.next()
  local plan = plans[tonumber(ngx.var.signalbox_plan)]
  local status = tonumber((ngx.var.upstream_status or ""):match "(%d+)%s*$") or 502
  local by_nginx = (ngx.var.upstream_header_time or "-"):match "(%S+)%s*$" == "-"
  if plan.next and leads_on(plan.next, status, by_nginx) then
    plan.candidate = plan.next
    ask(plan)
    local location = location_for(plan)
    return location and ngx.exec(location)
  end
  if plan.decision.after and not plan.next and class_of(status, by_nginx) then return finish(plan, plan.decision.after) end
  return fail(plan, status, "the model's provider " .. (by_nginx and (status == 504 and "did not answer in time" or "could not be reached") or "answered with status " .. status))
end

--- In header_filter_by_lua.
function gateway.header_filter()
  local plan = plans[tonumber(ngx.var.signalbox_plan)]
  local decision = plan and plan.decision
  if not decision then return end
  local header = ngx.header
  header["x-signalbox-decision"] = plan.id
  header["x-signalbox-policy"] = decision.policy
  header["x-signalbox-route"] = decision.route or "otherwise"
  header["x-signalbox-model"] = plan.candidate and plan.candidate.model
  header["x-signalbox-attempts"] = plan.attempts
  header["x-signalbox-overhead-us"] = math.floor(plan.overhead_us)
end

--- In log_by_lua: the request lets go of its policy.
function gateway.log()
  local key = tonumber(ngx.var.signalbox_plan)
  local plan = key and plans[key]
  if not plan then return end
  plans[key] = nil
  if plan.request then plan.request:close() end
end

return gateway
