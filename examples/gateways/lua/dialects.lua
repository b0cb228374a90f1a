-- SPDX-License-Identifier: Apache-2.0
-- What a request is changed into for a model, and what is answered where no model is asked, in the client's own dialect.
local json_body = require "json_body"
local quote = json_body.quote

local dialects = {}

--- chat, responses, messages or embeddings, by the path; chat for all others.
function dialects.of(path)
  return path:find("/responses", 1, true) and "responses" or path:find("/messages", 1, true) and "messages"
    or path:find("/embeddings", 1, true) and "embeddings" or "chat"
end

-- Who asks for reasoning says so in three ways.
local reasoning = {
  chat = function(value) return "reasoning_effort", value == '"off"' and '"none"' or value end,
  responses = function(value) return "reasoning", '{"effort":' .. (value == '"off"' and '"none"' or value) .. "}" end,
  messages = function(value)
    if value == '"off"' then return "thinking", '{"type":"disabled"}' end
    return "output_config", '{"effort":' .. (value == '"minimal"' and '"low"' or value) .. "}"
  end,
}
local max_tokens = { chat = { "max_tokens", "max_completion_tokens" }, responses = { "max_output_tokens" }, messages = { "max_tokens" } }

--- The body as `candidate` wants it. Else nothing, a status and why: 400 for a body that is no object, 501 for a slot that a gateway of Lua does
--- not carry out. Such a slot is refused and not forgotten, since it may be what makes a request allowed.
function dialects.body_for(candidate, dialect, body)
  local changes, limits = { model = quote(candidate.served_name) }, {}
  for name, value in pairs(candidate.parameters) do
    if name == "reasoning" and reasoning[dialect] then
      local member, json = reasoning[dialect](value)
      changes[member] = json
    elseif name == "max_tokens" and max_tokens[dialect] then
      local first, other = max_tokens[dialect][1], max_tokens[dialect][2]
      -- The newer name of the same limit, where the client uses it.
      if other and #(json_body.members(body, { [other] = true }) or {}) > 0 then first = other end
      limits[first] = tonumber(value)
    else
      return nil, 501, "the slot `" .. name .. "` is not carried out by this gateway"
    end
  end
  local changed = json_body.change(body, changes, limits)
  if not changed then return nil, 400, "the body is no JSON object" end
  return changed
end

local types = { [400] = "invalid_request_error", [401] = "authentication_error", [403] = "permission_error", [404] = "not_found_error",
  [413] = "request_too_large", [429] = "rate_limit_error", [529] = "overloaded_error" }

--- An error in the client's dialect.
function dialects.error(dialect, status, message)
  local kind = types[status] or (status >= 500 and "api_error" or "invalid_request_error")
  if dialect == "messages" then return '{"type":"error","error":{"type":' .. quote(kind) .. ',"message":' .. quote(message) .. "}}" end
  return '{"error":{"message":' .. quote(message) .. ',"type":' .. quote(kind) .. ',"param":null,"code":null}}'
end

local function event(name, data) return "event: " .. name .. "\ndata: " .. data .. "\n\n" end

local whole = {
  chat = function(id, text)
    return '{"id":' .. id .. ',"object":"chat.completion","created":' .. os.time() .. ',"model":"signalbox","choices":[{"index":0,"message":{"role":"assistant","content":'
      .. text .. '},"finish_reason":"stop"}],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}'
  end,
  messages = function(id, text)
    return '{"id":' .. id .. ',"type":"message","role":"assistant","model":"signalbox","content":[{"type":"text","text":' .. text
      .. '}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":0,"output_tokens":0}}'
  end,
  responses = function(id, text, status)
    return '{"id":' .. id .. ',"object":"response","created_at":' .. os.time() .. ',"status":"' .. (status or "completed") .. '","model":"signalbox","output":'
      .. (status and "[]" or '[{"id":"msg_0","type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":' .. text .. ',"annotations":[]}]}]')
      .. ',"usage":{"input_tokens":0,"output_tokens":0,"total_tokens":0}}'
  end,
}

local streamed = {
  chat = function(id, text)
    local head = 'data: {"id":' .. id .. ',"object":"chat.completion.chunk","created":' .. os.time() .. ',"model":"signalbox","choices":[{"index":0,"delta":'
    return head .. '{"role":"assistant","content":' .. text .. '},"finish_reason":null}]}\n\n' .. head .. '{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
  end,
  messages = function(id, text)
    return event("message_start", '{"type":"message_start","message":{"id":' .. id .. ',"type":"message","role":"assistant","model":"signalbox","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,"output_tokens":0}}}')
      .. event("content_block_start", '{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}')
      .. event("content_block_delta", '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":' .. text .. "}}")
      .. event("content_block_stop", '{"type":"content_block_stop","index":0}')
      .. event("message_delta", '{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":0}}')
      .. event("message_stop", '{"type":"message_stop"}')
  end,
  responses = function(id, text)
    return event("response.created", '{"type":"response.created","sequence_number":0,"response":' .. whole.responses(id, text, "in_progress") .. "}")
      .. event("response.output_text.delta", '{"type":"response.output_text.delta","sequence_number":1,"item_id":"msg_0","output_index":0,"content_index":0,"delta":' .. text .. "}")
      .. event("response.completed", '{"type":"response.completed","sequence_number":2,"response":' .. whole.responses(id, text) .. "}")
  end,
}

--- Status, content type and body of an end without a model. `body` tells whether the client waits for a stream.
function dialects.finish(ending, dialect, id, body)
  local message = ending.message or ""
  if ending.outcome == "deny" then return ending.status, "application/json", dialects.error(dialect, ending.status, message) end
  if ending.outcome == "escalate" then return 503, "application/json", dialects.error(dialect, 503, message ~= "" and message or "This request waits for a person.") end
  if not whole[dialect] then return 501, "application/json", dialects.error(dialect, 501, "an answer in words is none to a request for embeddings") end
  local members = body and json_body.members(body, { stream = true }) or {}
  local stream = false
  for _, member in ipairs(members) do stream = body:sub(member.first, member.last) == "true" end
  if stream then return 200, "text/event-stream", streamed[dialect](quote(id), quote(message)) end
  return 200, "application/json", whole[dialect](quote(id), quote(message))
end

return dialects
