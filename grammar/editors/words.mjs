// SPDX-License-Identifier: Apache-2.0
// When a soft keyword is a keyword. The words are the lexer grammar's; what may stand behind each is said here, for most of them are names
// too (`route: otherwise`, `model only where …`). A keyword that this table lacks, or one of its words that the grammar lacks, is refused.
import { readFileSync } from "node:fs";

/** What may follow: a Name (no hard keyword), `A then {`, a String, a Number, `{`, `[`, `(`, `=`, a certain word, Anything. */
export const Name = "Name", NameBlock = "NameBlock", String = "String", Number = "Number", Block = "Block", List = "List";
export const Paren = "Paren", Assign = "Assign", Anything = "Anything";
export const word = (text) => ({ word: text });

const declares = { kind: "declaration", names: true };
const rows = [
  // `signal urgent = …`: the word behind is what is declared; that of `extern signal` is a name to the parser as well
  ["policy module provider attribute input budget table signal slot tier route rule plan graph state", [Name], declares],
  ["model", [NameBlock], declares],
  ["first best", [NameBlock], declares],

  ["extern", [Name], declares],
  ["private", [Name], { kind: "declaration" }],
  ["strict", [word("tier"), word("budget")], { kind: "declaration" }],
  ["use", [Name, String], { kind: "declaration" }],
  ["language", [Number], { kind: "declaration" }],
  ["test scenario", [String], { kind: "declaration" }],
  ["step", [String, Block], { kind: "declaration" }],
  ["first best", [Block, Paren], { kind: "declaration" }],
  ["defaults always otherwise unserved given expect", [Block], { kind: "declaration" }],
  ["feedback", [Block, word("when")], { kind: "declaration" }],
  ["require", [Anything], { kind: "declaration" }],

  ["model", [Assign], { kind: "control" }],
  ["deny times repeat margin", [Number], { kind: "control" }],
  ["respond serves", [String], { kind: "control" }],
  ["escalate verified claim", [Anything], { kind: "control" }],
  ["choose", [List, word("up")], { kind: "control" }],
  ["split", [Number, List], { kind: "control" }],
  ["argmax", [Block], { kind: "control" }],
  ["ties", [List], { kind: "control" }],
  ["ask probe add without on", [Name, List], { kind: "control" }],
  ["only", [Name, List], { kind: "control" }],
  ["where possible case per", [Name, Paren], { kind: "control" }],
  ["under as by over answer judge with", [Name], { kind: "control" }],
  ["from", [Name, String], { kind: "control" }],
  ["of", [Name, Block, List], { kind: "control" }],
  ["majority", [Anything], { kind: "control" }],
  ["accept", [word("when")], { kind: "control" }],
  ["set", [word("of")], { kind: "control" }],
];
/** Words that are keywords only behind, or before, another one. */
export const phrases = ["for each", "up to", "at most", "or none"];
/** Soft keywords that may begin a value; any other one behind a `:`, an `=`, a `,` or an operator is a name. */
export const valueStarters = "choose split argmax set ask probe case answer judge majority accept repeat deny respond".split(" ");
/** … and one that may only where something is decided: `model = escalate`, but `outcome: escalate`. */
export const assignedStarters = ["escalate"];
export const constants = ["true", "false"];
export const operators = ["and", "or", "not", "is", "in", "has", "above"];

function keywordsOf(folder) {
  const lexer = readFileSync(`${folder}/SignalboxLexer.g4`, "utf8");
  const parser = readFileSync(`${folder}/SignalboxParser.g4`, "utf8");
  const literals = new Map([...lexer.matchAll(/^(K_\w+)\s*:\s*'([^']+)'\s*;/gm)].map((match) => [match[1], match[2]]));
  const rule = (name) => parser.match(new RegExp(`^${name}\\n([^;]*);`, "m"))[1].match(/K_\w+/g).map((token) => literals.get(token));
  return { soft: rule("name"), hard: rule("hardKeyword"), all: [...literals.values()] };
}

/** The keywords of the grammar, and the rows of the table over them; throws where the two do not agree. */
export function readWords(folder) {
  const { soft, hard, all } = keywordsOf(folder);
  const table = rows.map(([words, follows, options]) => ({ words: words.split(" "), follows, ...options }));
  const placed = new Set([...table.flatMap((row) => row.words), ...phrases.flatMap((phrase) => phrase.split(" "))]);
  const missing = all.filter((one) => !placed.has(one) && !hard.includes(one));
  const foreign = [...placed, ...valueStarters, ...assignedStarters, ...constants, ...operators].filter((one) => !all.includes(one));
  if (missing.length) throw new Error(`grammar/editors/words.mjs says nothing of: ${missing.join(", ")}`);
  if (foreign.length) throw new Error(`the lexer grammar has no keyword: ${foreign.join(", ")}`);
  if (all.length !== soft.length + hard.length) throw new Error("the parser's `name` and `hardKeyword` do not list every keyword");
  return { soft, hard, table };
}
