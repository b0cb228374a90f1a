// SPDX-License-Identifier: Apache-2.0
// Tokenizes every policy with the TextMate grammar, as VS Code does, and compares with the compiler; then the extension's own code.
// Usage: vscode.mjs SIGNALBOX
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { fromNpm, report, source } from "../npm/cases.mjs";
import { checkClient } from "./client.mjs";
import { compilerView, corpus, difference, tally } from "./corpus.mjs";

const signalbox = process.argv[2];
const path = join(source, "grammar/editors/vscode/syntaxes/signalbox.tmLanguage.json");
const oniguruma = fromNpm("vscode-oniguruma");
const { INITIAL, Registry, parseRawGrammar } = fromNpm("vscode-textmate");

const kinds = [
  [/^comment\./, "comment"],
  [/^string\./, "string"],
  [/^constant\.numeric/, "number"],
  [/^(keyword\.(declaration|control|operator\.word)|constant\.language)/, "keyword"],
];
function kindOf(scopes) {
  for (const [pattern, kind] of kinds) if (scopes.some((scope) => pattern.test(scope))) return kind;
  return "";
}

/** What the grammar takes each character for. */
function editorView(grammar, text) {
  const view = [];
  let stack = INITIAL;
  for (const line of text.split(/(?<=\n)/)) {
    const bare = line.replace(/\r?\n$/, "");
    const { tokens, ruleStack } = grammar.tokenizeLine(bare, stack);
    stack = ruleStack;
    for (let i = 0, token = 0; i < line.length; ++i) {
      while (token + 1 < tokens.length && tokens[token].endIndex <= i) ++token;
      view.push(i < bare.length && tokens.length ? kindOf(tokens[token].scopes) : "");
    }
  }
  return view;
}

const results = report();
await oniguruma.loadWASM(readFileSync(fromNpm.resolve("vscode-oniguruma/release/onig.wasm")).buffer);
const registry = new Registry({
  onigLib: Promise.resolve({ createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns), createOnigString: (text) => new oniguruma.OnigString(text) }),
  loadGrammar: async () => parseRawGrammar(readFileSync(path, "utf8"), path),
});
const grammar = await registry.loadGrammar("source.signalbox");

const generated = spawnSync(process.execPath, [join(source, "grammar/editors/generate"), "--check"], { encoding: "utf8" });
results.expect("the generated files are those of the grammar", generated.status === 0 ? "" : `run grammar/editors/generate: ${generated.stderr}`);

const seen = tally();
for (const { name, text } of corpus()) {
  const compiler = compilerView(signalbox, text);
  if (!compiler) continue;
  seen.add(compiler.view);
  results.expect(name, difference(text, compiler, editorView(grammar, text)));
}
console.log(JSON.stringify(seen.counts));
results.expect("enough was compared", seen.enough() ? "" : JSON.stringify(seen.counts));
await checkClient(results);
process.exit(results.end());
