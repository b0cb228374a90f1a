-- SPDX-License-Identifier: Apache-2.0
-- Neovim's own client against `signalbox lsp`: nvim --headless -u NONE -c 'luafile neovim.lua', with SIGNALBOX and SBX_SOURCE set.
local passed, failed = 0, 0
local function expect(what, ok, got)
  if ok then passed = passed + 1 return end
  failed = failed + 1
  io.stdout:write('FAILED ' .. what .. '\n  got ' .. vim.inspect(got) .. '\n')
end
local function wait(what, condition)
  expect(what, vim.wait(30000, condition, 20), 'nothing in 30 s')
end

local folder = vim.fn.tempname()
vim.fn.mkdir(folder)
local file = folder .. '/p.sbx'
vim.fn.writefile({
  'policy p serves "m"',
  'model small { provider: local  name: "q" }',
  'signal urgent = keywords(any: ["urgent"])',
  'route   fast when urgnt { model = small }',
  'otherwise { model = small }',
}, file)

local function main()
  vim.cmd('edit ' .. file)
  local cmd = { vim.env.SIGNALBOX, 'lsp', '--stdio', '--stdlib', vim.env.SBX_SOURCE .. '/stdlib' }
  local id = vim.lsp.start_client({ name = 'signalbox', cmd = cmd, root_dir = folder })
  vim.lsp.buf_attach_client(0, id)
  local client = vim.lsp.get_client_by_id(id)
  wait('it attaches', function() return client.initialized and vim.lsp.buf_is_attached(0, id) end)
  wait('the unknown name is found', function() return #vim.diagnostic.get(0) == 1 end)
  local found = vim.diagnostic.get(0)[1] or {}
  expect('with code and place', found.code == 'E0201' and found.lnum == 3 and found.col == 18, found)

  local function ask(method, line, character)
    local params = { textDocument = vim.lsp.util.make_text_document_params(), position = { line = line, character = character } }
    local answer = vim.lsp.buf_request_sync(0, method, params, 20000)
    return answer and answer[id] and answer[id].result
  end
  local function lines() return vim.api.nvim_buf_get_lines(0, 0, -1, false) end

  vim.api.nvim_buf_set_text(0, 3, 18, 3, 23, { 'urgent' })
  wait('the edit settles it', function() return #vim.diagnostic.get(0) == 0 end)
  local hover = ask('textDocument/hover', 3, 20)
  expect('hover', hover and hover.contents.value:find('signal urgent = keywords', 1, true), hover)
  local items = ask('textDocument/completion', 3, 18)
  local words = vim.tbl_map(function(item) return item.word end, vim.lsp.util.text_document_completion_list_to_complete_items(items, 'urg'))
  expect('completion', vim.tbl_contains(words, 'urgent'), words)
  local definition = ask('textDocument/definition', 3, 20)
  expect('definition', definition and definition.range.start.line == 2, definition)

  vim.api.nvim_win_set_cursor(0, { 4, 20 })
  vim.lsp.buf.rename('pressing')
  wait('rename', function() return lines()[3]:find('signal pressing', 1, true) and lines()[4]:find('when pressing', 1, true) end)
  vim.lsp.buf.formatting_sync(nil, 20000)
  expect('format', lines()[4] == 'route fast when pressing { model = small }', lines())

  client.stop()
  wait('it stops', function() return client.is_stopped() end)
end

local ok, problem = pcall(main)
expect('no error', ok, problem)
io.stdout:write(passed .. ' passed, ' .. failed .. ' failed\n')
vim.cmd(failed == 0 and 'qall!' or 'cquit 1')
