// SPDX-License-Identifier: Apache-2.0
// Vim's syntax file. Of two matches that begin at the same place, the one defined last wins: so the order is that of the TextMate grammar,
// turned around. Patterns are very magic (`\v`).
import * as words from "./words.mjs";

const any = (list) => `<%(${list.join("|")})>`;

function follow(what, hard) {
  if (what.word) return `\\s+${any([what.word])}`;
  return {
    Name: `\\s+%(${any(hard)})@!\\k`,
    NameBlock: `\\s+\\k+\\s*[{(]`,
    String: `\\s*"`,
    Number: `\\s+\\$?\\d`,
    Block: `\\s*\\{`,
    List: `\\s*\\[`,
    Paren: `\\s+\\(`,
    Assign: `\\s*\\=\\=@!`,
    Anything: "",
  }[what];
}

function row({ words: list, follows, kind, names }, hard) {
  const group = kind === "declaration" ? "sbxDeclaration" : "sbxControl";
  const ahead = follows.includes(words.Anything) ? "" : `%(${follows.map((what) => follow(what, hard)).join("|")})@=`;
  return match(group, `${any(list)}${ahead}`, names ? "nextgroup=sbxDeclared skipwhite" : "");
}

function phrase(text) {
  const [first, second] = text.split(" ");
  return [match("sbxControl", `${any([first])}%(\\s+${any([second])})@=`), match("sbxControl", `%(${any([first])}\\s+)@<=${any([second])}`)];
}

function match(group, pattern, options = "") {
  return `syn match ${group} ~\\v${pattern}~ ${options}`.trimEnd();
}

export function vim({ soft, hard, table }) {
  const { valueStarters, assignedStarters, constants, operators, phrases } = words;
  const control = hard.filter((one) => !constants.includes(one) && !operators.includes(one));
  const lines = [
    '" SPDX-License-Identifier: Apache-2.0',
    '" Made by grammar/editors/generate from the lexer grammar; do not edit.',
    'if exists("b:current_syntax") | finish | endif',
    "syn case match",
    "syn iskeyword @,48-57,_,128-255",
    "",
    match("sbxName", "<\\k+>"),
    match("sbxFunction", "<\\k+>\\(@="),
    match("sbxControl", any(control)),
    match("sbxOperatorWord", any(operators)),
    match("sbxBoolean", any(constants)),
    ...table.map((one) => row(one, hard)).reverse(),
    ...phrases.flatMap(phrase),
    match("sbxName", `%([=<>+*/,[(-]\\s*)@<=%(${any([...valueStarters, ...assignedStarters])})@!${any(soft)}`),
    match("sbxName", `%(:\\s*)@<=%(${any(valueStarters)})@!${any(soft)}`),
    match("sbxName", "<\\k+>%(\\.\\k)@="),
    match("sbxProperty", "<\\k+>%(\\s*:)@="),
    match("sbxName", "\\.@1<=\\k+"),
    match("sbxDeclared", "<\\k+>", "contained"),
    "",
    match("sbxForeign", "\\&\\&|\\|\\||[&|]|!\\=@!"),
    match("sbxNumber", "\\.@1<!\\.\\d+"),
    match("sbxNumber", "\\$?\\d+%(\\.\\d+)?\\k*\\%?"),
    match("sbxNumber", "\\$\\d+%(\\.\\d+)?/M\\k*"),
    match("sbxNumber", "<\\d+%(\\.\\d+){2,}"),
    match("sbxEscape", '\\\\%(["\\\\ntr]|u\\{\\x{1,6}\\})', "contained"),
    'syn region sbxString start=~"~ skip=~\\\\.~ end=~\\v"|%([ \\t})\\],]*$)@=~ contains=sbxEscape oneline',
    'syn region sbxString start=~"""~ end=~"""~',
    match("sbxComment", "//.*$", "contains=sbxTodo,@Spell"),
    match("sbxDocComment", "///.*$", "contains=sbxTodo,@Spell"),
    "syn keyword sbxTodo TODO FIXME contained",
    "syn sync fromstart",
    "",
    ...Object.entries({
      sbxDeclaration: "Keyword", sbxControl: "Statement", sbxOperatorWord: "Operator", sbxBoolean: "Boolean", sbxDeclared: "Identifier", sbxFunction: "Function",
      sbxForeign: "Error", sbxNumber: "Number", sbxEscape: "SpecialChar", sbxString: "String", sbxComment: "Comment", sbxDocComment: "SpecialComment", sbxTodo: "Todo",
    }).map(([group, look]) => `hi def link ${group} ${look}`),
    "",
    'let b:current_syntax = "signalbox"',
  ];
  return lines.join("\n") + "\n";
}
