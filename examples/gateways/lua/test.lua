-- SPDX-License-Identifier: Apache-2.0
-- Bodies that are changed, and bodies that are none. Prints how many of the rows came out as they say.
local json_body = require "json_body"
local rows = {
  { '{"model":"auto","x":[1,{"model":"q"}]}', { model = '"z"' }, nil, '{"model":"z","x":[1,{"model":"q"}]}' },
  { '{"a":"\\\\","b":"\\\\\\"","model":1}', { model = "2" }, nil, '{"a":"\\\\","b":"\\\\\\"","model":2}' },
  { "{ }", { model = '"z"' }, nil, '{"model":"z" }' },
  { '{"a": "}\\"" }', { model = '"z"' }, nil, '{"model":"z","a": "}\\"" }' },
  { '{"mod\\u0065l": 3, "model" : {"a":["}"]} ,"k":1}', { model = '"z"' }, { k = 2 }, '{"mod\\u0065l": "z", "model" : "z" ,"k":1}' },
  { '{"k":5}', {}, { k = 2 }, '{"k":2}' },
  { '{"k":null}', {}, { k = 2 }, '{"k":2}' },
  { "[1]", {}, {}, nil },
  { '{"a":1', {}, {}, nil },
  { '{"a":1,}', {}, {}, nil },
  { '{"a" 1}', {}, {}, nil },
  { '{"a":"b', {}, {}, nil },
  { "", {}, {}, nil },
}
local passed, failed = 0, 0
for _, row in ipairs(rows) do
  local got = json_body.change(row[1], row[2], row[3])
  if got == row[4] then passed = passed + 1 else failed = failed + 1; print(row[1] .. " became " .. tostring(got)) end
end
assert(json_body.quote('a"\n\1') == '"a\\"\\n\\u0001"')
print(passed .. " rows as they should be, " .. failed .. " not")
return failed == 0
