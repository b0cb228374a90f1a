-- SPDX-License-Identifier: Apache-2.0
-- Changes members of a JSON object and leaves all its other bytes as they are. For Lua 5.1 to 5.4 and LuaJIT.
local byte, char, find, gsub, match, sub = string.byte, string.char, string.find, string.gsub, string.match, string.sub

local json_body = {}
local Quote, Backslash, Brace, Bracket, CloseBrace = 34, 92, 123, 91, 125

-- Where the string ends that begins at `at`: behind its last quote. Looking for one character is fast; backslashes are counted backwards.
local function behind_string(text, at)
  local first = at + 1
  at = first
  while true do
    local found = find(text, '"', at, true)
    if not found then return nil end
    local before = found - 1
    while before >= first and byte(text, before) == Backslash do before = before - 1 end
    if (found - before) % 2 == 1 then return found + 1 end
    at = found + 1
  end
end

local function behind_value(text, at)
  local first = byte(text, at)
  if first == Quote then return behind_string(text, at) end
  if first ~= Brace and first ~= Bracket then return find(text, "[%s,%]}]", at) end
  local depth = 0
  repeat
    at = find(text, '["%[%]{}]', at)
    if not at then return nil end
    local found = byte(text, at)
    if found == Quote then
      at = behind_string(text, at)
      if not at then return nil end
    else
      depth = depth + ((found == Brace or found == Bracket) and 1 or -1)
      at = at + 1
    end
  until depth == 0
  return at
end

-- A key may be written with escapes; the names that are looked for are ASCII.
local function plain(key)
  if not find(key, "\\", 1, true) then return key end
  return (gsub(key, "\\u00(%x%x)", function(code) return char(tonumber(code, 16)) end))
end

--- Where the values of the named members are, every occurrence as { name, first, last }; the place behind the opening brace; whether the
--- object is empty. Nothing if the text is no object.
function json_body.members(text, wanted)
  local at = match(text, "^%s*{()")
  if not at then return nil end
  local all, opening = {}, at
  at = match(text, "^%s*()", at)
  if byte(text, at) == CloseBrace then return all, opening, true end
  while byte(text, at) == Quote do
    local key_end = behind_string(text, at)
    if not key_end then return nil end
    local key = plain(sub(text, at + 1, key_end - 2))
    local first = match(text, "^%s*:%s*()", key_end)
    local behind = first and behind_value(text, first)
    if not behind then return nil end
    if wanted[key] then all[#all + 1] = { name = key, first = first, last = behind - 1 } end
    at = match(text, "^%s*()", behind)
    if byte(text, at) == CloseBrace then return all, opening, false end
    at = match(text, "^,%s*()", at)
    if not at then return nil end
  end
  return nil
end

--- `text` with the members of `changes` ({ name = JSON, … }) set. `limits` ({ name = number, … }) lowers what is there, and adds what is not.
--- Nothing if the text is no object.
function json_body.change(text, changes, limits)
  limits = limits or {}
  local wanted = {}
  for name in pairs(changes) do wanted[name] = true end
  for name in pairs(limits) do wanted[name] = true end
  local found, opening, empty = json_body.members(text, wanted)
  if not found then return nil end
  local parts, done, seen = {}, opening, {}
  for _, member in ipairs(found) do
    local value = changes[member.name]
    if not value then
      local asked = tonumber(sub(text, member.first, member.last))
      if not asked or asked > limits[member.name] then value = tostring(limits[member.name]) end
    end
    if value then
      parts[#parts + 1] = sub(text, done, member.first - 1)
      parts[#parts + 1] = value
      done = member.last + 1
    end
    seen[member.name] = true
  end
  parts[#parts + 1] = sub(text, done)
  local added = {}
  for name, value in pairs(changes) do
    if not seen[name] then added[#added + 1] = '"' .. name .. '":' .. value end
  end
  for name, value in pairs(limits) do
    if not seen[name] then added[#added + 1] = '"' .. name .. '":' .. value end
  end
  table.sort(added)
  local new = table.concat(added, ",")
  if new ~= "" and not empty then new = new .. "," end
  return sub(text, 1, opening - 1) .. new .. table.concat(parts)
end

local names = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }
local function escaped(c) return names[c] or string.format("\\u%04x", byte(c)) end
--- A text as JSON.
function json_body.quote(text) return '"' .. gsub(text, '[%c"\\]', escaped) .. '"' end

return json_body
