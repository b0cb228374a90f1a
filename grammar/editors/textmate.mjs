// SPDX-License-Identifier: Apache-2.0
// The TextMate grammar: words of the language as patterns of Oniguruma. Of two patterns that match, the one that begins first wins, then
// the one that stands first.
import * as words from "./words.mjs";

const START = "\\p{XID_Start}_", CONTINUE = "\\p{XID_Continue}_";
const WORD = `[${START}][${CONTINUE}]*`;
const any = (list) => `(?:${list.join("|")})(?![${CONTINUE}])`;
const scope = (name) => `${name}.signalbox`;
const scoped = (name, match, captures) => ({ name: scope(name), match, ...(captures && { captures }) });
const captured = (match, ...names) => ({ match, captures: Object.fromEntries(names.map((name, i) => [i + 1, { name: scope(name) }])) });

function follow(what, hard) {
  if (what.word) return `\\s+${any([what.word])}`;
  return {
    Name: `\\s+(?!${any(hard)})[${START}]`,
    NameBlock: `\\s+${WORD}\\s*[{(]`,
    String: `\\s*"`,
    Number: `\\s+\\$?[0-9]`,
    Block: `\\s*\\{`,
    List: `\\s*\\[`,
    Paren: `\\s+\\(`,
    Assign: `\\s*=(?!=)`,
    Anything: "",
  }[what];
}

function row({ words: list, follows, kind, names }, hard) {
  const ahead = `(?=${follows.map((what) => follow(what, hard)).join("|")})`;
  if (names) return captured(`(?<![${CONTINUE}])(${any(list)})${ahead}\\s+(${WORD})`, `keyword.${kind}`, "entity.name.type");
  return scoped(`keyword.${kind}`, `(?<![${CONTINUE}])${any(list)}${ahead}`);
}

function phrase(text) {
  const [first, second] = text.split(" ");
  return captured(`(?<![${CONTINUE}])(${any([first])})\\s+(${any([second])})`, "keyword.control", "keyword.control");
}

const texts = [
  { name: scope("comment.line.documentation"), match: "///.*$" },
  { name: scope("comment.line.double-slash"), match: "//.*$" },
  { name: scope("string.quoted.triple"), begin: '"""', end: '"""' },
  // A string that does not end: brackets at the end of its line are hardly part of it (compiler/syntax/lex.cpp).
  {
    name: scope("string.quoted.double"), begin: '"', end: '"|(?=[ \\t})\\],]*$)',
    patterns: [
      { name: scope("constant.character.escape"), match: '\\\\(?:["\\\\ntr]|u\\{[0-9A-Fa-f]{1,6}\\})' },
      { name: scope("invalid.illegal.escape"), match: "\\\\." },
    ],
  },
];

const numbers = [
  { name: "constant.numeric.signalbox invalid.illegal.number.signalbox", match: `\\$[0-9]+(?:\\.[0-9]+)?/M[${CONTINUE}]+|[0-9]+(?:\\.[0-9]+){2,}|(?<!\\.)\\.[0-9]+` },
  scoped("constant.numeric", `\\$[0-9]+(?:\\.[0-9]+)?/M|\\$?[0-9]+(?:\\.[0-9]+)?[${CONTINUE}]*%?`),
];

export function textmate({ soft, hard, table }) {
  const { valueStarters, assignedStarters, constants, operators, phrases } = words;
  const names = [
    scoped("punctuation.ellipsis", "\\.\\.\\."),
    captured(`(\\.)(${WORD})`, "punctuation.accessor", "variable.other"),
    scoped("variable.other.property", `${WORD}(?=\\s*:)`),
    scoped("variable.other", `${WORD}(?=\\.[${START}])`),
    captured(`(:)\\s*((?!${any(valueStarters)})${any(soft)})`, "punctuation.separator", "variable.other"),
    captured(`(==|!=|<=|>=|[=<>+*/,\\[(-])\\s*((?!${any([...valueStarters, ...assignedStarters])})${any(soft)})`, "keyword.operator.symbol", "variable.other"),
  ];
  const keywords = [
    ...phrases.map(phrase),
    ...table.map((one) => row(one, hard)),
    scoped("constant.language", any(constants)),
    scoped("keyword.operator.word", any(operators)),
    scoped("keyword.control", any(hard.filter((one) => !constants.includes(one) && !operators.includes(one)))),
  ];
  const rest = [
    scoped("entity.name.function", `${WORD}(?=\\()`),
    scoped("variable.other", WORD),
    scoped("keyword.operator.symbol", "->|==|!=|<=|>=|[=<>+*/-]"),
    { name: "keyword.operator.word.signalbox invalid.illegal.operator.signalbox", match: "&&|\\|\\||[&|!]" },
    scoped("punctuation.separator", "[,:.?]"),
    scoped("punctuation.bracket", "[{}()\\[\\]]"),
  ];
  return {
    $schema: "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
    comment: "Made by grammar/editors/generate from the lexer grammar; do not edit.",
    name: "Signalbox",
    scopeName: "source.signalbox",
    patterns: ["texts", "numbers", "names", "keywords", "rest"].map((one) => ({ include: `#${one}` })),
    repository: Object.fromEntries(Object.entries({ texts, numbers, names, keywords, rest }).map(([name, patterns]) => [name, { patterns }])),
  };
}
