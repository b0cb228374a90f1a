-- SPDX-License-Identifier: Apache-2.0
-- Run inside Neovim: what the syntax file takes each byte of the listed files for. Reads SBX_LIST (one path a line) and writes PATH.view:
-- for each line of the file, a letter a byte. k keyword, n number, s string, c comment, - none of them.
local letters = {
  sbxDeclaration = "k", sbxControl = "k", sbxOperatorWord = "k", sbxBoolean = "k", sbxForeign = "k", sbxNumber = "n",
  sbxString = "s", sbxEscape = "s", sbxComment = "c", sbxDocComment = "c", sbxTodo = "c",
}
for path in io.lines(os.getenv("SBX_LIST")) do
  vim.cmd("edit " .. path)
  assert(vim.bo.filetype == "signalbox", "ftdetect does not know " .. path)
  local view = io.open(path .. ".view", "w")
  for row = 1, vim.fn.line("$") do
    local line = {}
    for column = 1, vim.fn.col({ row, "$" }) - 1 do
      line[column] = letters[vim.fn.synIDattr(vim.fn.synID(row, column, 1), "name")] or "-"
    end
    view:write(table.concat(line), "\n")
  end
  view:close()
  vim.cmd("bwipeout!")
end
