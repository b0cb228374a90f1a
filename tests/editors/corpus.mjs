// SPDX-License-Identifier: Apache-2.0
// Every policy of the tree with what the compiler takes each character for: the words that two editors are held to.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { source } from "../npm/cases.mjs";

function filesOf(folder, extension) {
  const listed = execFileSync("find", [join(source, folder), "-name", `*${extension}`, "-type", "f"], { encoding: "utf8" });
  return listed.split("\n").filter(Boolean).sort();
}

/** `// --- other.sbx` begins another file of a file test; one that is no policy is left out. */
function partsOf(name, text) {
  const parts = [{ name, text: "" }];
  for (const line of text.split(/(?<=\n)/)) {
    const begins = line.match(/^\/\/ --- (\S+)/);
    if (begins) parts.push({ name: `${name}#${begins[1]}`, text: "" });
    else parts.at(-1).text += line;
  }
  return parts.filter((part) => part.name.endsWith(".sbx"));
}

function snippetsOf(name, text) {
  const blocks = [...text.matchAll(/^```sbx[^\n]*\n([\s\S]*?)^```/gm)];
  return blocks.map((block, i) => ({ name: `${name}#${i + 1}`, text: block[1] }));
}

/** All texts: { name, text }. */
export function corpus() {
  const policies = ["tests/lang", "tests/unit", "examples", "stdlib"].flatMap((folder) => filesOf(folder, ".sbx"));
  const pages = [...filesOf("docs", ".md"), join(source, "README.md")];
  const short = (path) => path.slice(source.length + 1);
  return [
    ...policies.flatMap((path) => partsOf(short(path), readFileSync(path, "utf8"))),
    ...pages.flatMap((path) => snippetsOf(short(path), readFileSync(path, "utf8"))),
  ];
}

/**
 * What the compiler takes each character of a text for: keyword, number, string, comment, or nothing of these ("").
 * Null if it refuses the text unread. `parsed`: without errors, so that it could tell a keyword from a name of the same letters.
 */
export function compilerView(signalbox, text) {
  const dump = spawnSync(signalbox, ["dump", "--after=tokens", "-"], { input: text, encoding: "utf8", maxBuffer: 1 << 28 });
  if (![0, 1].includes(dump.status)) throw new Error(`dump ended with ${dump.status}: ${dump.stderr}`);
  if (dump.stdout === "" && dump.status === 1) return null;
  const bytes = Buffer.from(text);
  const view = Array(text.length).fill("");
  let at = 0, byte = 0;
  for (const line of dump.stdout.split("\n").filter(Boolean)) {
    const [, begin, end, kind] = line.match(/^(\d+)-(\d+) (\w+) "/);
    at += bytes.toString("utf8", byte, Number(begin)).length;
    const length = bytes.toString("utf8", Number(begin), Number(end)).length;
    if (["keyword", "number", "string", "comment"].includes(kind)) view.fill(kind, at, at + length);
    at += length;
    byte = Number(end);
  }
  return { view, parsed: dump.status === 0 };
}

const lexer = readFileSync(join(source, "grammar/SignalboxLexer.g4"), "utf8");
const hard = new Set([...lexer.slice(lexer.indexOf("// Hard keywords")).matchAll(/^K_\w+: '(\w+)';/gm)].map((match) => match[1]));
const soft = new Set([...lexer.slice(0, lexer.indexOf("// Hard keywords")).matchAll(/^K_\w+: '(\w+)';/gm)].map((match) => match[1]));

/** The first place where an editor differs, as text; "" if there is none. White space counts only inside strings and comments. */
export function difference(text, { view, parsed }, editor) {
  for (let i = 0; i < text.length; ++i) {
    if (view[i] === editor[i] || /\s/.test(text[i])) continue;
    const word = (text.slice(0, i).match(/\w*$/)[0] + text.slice(i).match(/^\w*/)[0]);
    // Where the parser gave up, only it could say whether a soft keyword is one.
    if (!parsed && soft.has(word)) continue;
    const line = text.slice(0, i).split("\n").length;
    return `line ${line}: \`${text.split("\n")[line - 1]}\`: \`${word || text[i]}\` is ${view[i] || "none of them"} for the compiler, ${editor[i] || "none of them"} here`;
  }
  return "";
}

/** How many of each kind a run has compared, for the floor that keeps it from passing on nothing. */
export function tally() {
  const counts = { files: 0, keyword: 0, number: 0, string: 0, comment: 0 };
  return {
    add(view) {
      ++counts.files;
      view.forEach((kind, i) => { if (kind && view[i - 1] !== kind) ++counts[kind]; });
    },
    counts,
    enough: () => counts.files > 150 && counts.keyword > 3000 && counts.number > 500 && counts.string > 500 && counts.comment > 300,
  };
}
