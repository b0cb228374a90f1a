// SPDX-License-Identifier: Apache-2.0
// What an editor shows of a policy without faults.
import { holds, policy, same } from "./checks.mjs";
import { folder, marked, session } from "./session.mjs";

export async function reading(command, results) {
  const { text, places } = marked(policy);
  const [large, signal, keywords, urgent, tier, label, use] = places;
  const files = folder({ "p.sbx": text }), uri = files.uri("p.sbx");
  const s = await session(command, { workspace: files.path });
  await s.open(uri, text);
  results.expect("a right policy has no findings", same(await s.diagnostics(uri), []));
  const hover = async (position) => (await s.at("hover", uri, position))?.contents.value;
  const told = await hover(urgent);
  results.expect("hover of a signal", holds(told, "signal urgent = keywords", "type `bool`", "cost class `fast`"));
  results.expect("with its comment, and what the kind does", holds(told, "in a hurry", "A member matches whole words"));
  results.expect("hover of a kind", holds(await hover(keywords), "keywords(any: [text] = []", "cost class `fast`", "whatever their case"));
  results.expect("hover of a model", holds(await hover(use), "model large", "gpt-5"));
  results.expect("hover of an input", holds(await hover(tier), "input user.tier", "{free, pro, enterprise}"));
  results.expect("hover of a label", holds(await hover(label), "one of `{free, pro, enterprise}`"));
  results.expect("hover of nothing", same(await s.at("hover", uri, { line: 1, character: 0 }), null));

  const definition = await s.at("definition", uri, use);
  results.expect("definition", same([definition.uri, definition.range.start], [uri, { line: 3, character: 6 }]));
  const library = await s.at("definition", uri, keywords);
  results.expect("definition of a built-in", holds(library.uri, "stdlib/signals.sbx"));
  const references = await s.at("references", uri, large, { context: { includeDeclaration: true } });
  results.expect("references", same(references.map((one) => one.range.start.line), [3, 9, 14]));
  const uses = await s.at("references", uri, large, { context: { includeDeclaration: false } });
  results.expect("references without the declaration", same(uses.map((one) => one.range.start.line), [9, 14]));
  const marks = await s.at("documentHighlight", uri, signal);
  results.expect("highlight", same(marks.map((one) => [one.range.start.line, one.kind]), [[7, 3], [9, 2]]));

  const document = { textDocument: { uri } };
  const symbols = await s.ask("textDocument/documentSymbol", document);
  results.expect("symbols", same([symbols[0].name, symbols[0].children.map((one) => one.name)],
    ["support", ["small", "large", "user.tier", "urgent", "emergency", "otherwise", "in need", "not so"]]));
  const folds = await s.ask("textDocument/foldingRange", document);
  results.expect("folds", same(folds.map((one) => [one.startLine, one.endLine]), [[12, 14], [16, 18]]));
  const tokens = await s.ask("textDocument/semanticTokens/full", document);
  results.expect("semantic tokens", tokens.data.length % 5 === 0 && tokens.data.length > 50 ? null : `${tokens.data}`);
  const hints = await s.ask("textDocument/inlayHint", { ...document, range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } } });
  results.expect("inlay hints", same(hints.map((one) => [one.position.line, one.label]), [[5, "{free, pro, enterprise} · free"], [7, "bool · fast"]]));
  const none = await s.ask("textDocument/inlayHint", { ...document, range: { start: { line: 0, character: 0 }, end: { line: 4, character: 0 } } });
  results.expect("only those that are asked for", same(none, []));
  const ranked = files.uri("ranked.sbx");
  await s.open(ranked, `policy ranked
model m { provider: local  name: "m"  price: { in: $1/M, out: $1/M }  context: 8k  output: 1k }
signal a = keywords(any: ["a"])
signal b = keywords(any: ["b"])
route one when a { model = m }
route two when b { deny 403 "No." }
two over one
otherwise { deny 404 "None." }
require calls.max <= 1
`);
  await s.diagnostics(ranked);
  const winners = await s.ask("textDocument/inlayHint", { textDocument: { uri: ranked } });
  results.expect("who wins", same(winners.map((one) => [one.position.line, one.label]), [[2, "bool · fast"], [3, "bool · fast"], [4, "under two"]]));
  let proved = null;  // once the requests have been looked at
  for (let i = 0; i < 100 && !proved; ++i) {
    proved = await s.at("hover", ranked, { line: 8, character: 2 });
    if (!proved) await new Promise((done) => setTimeout(done, 50));
  }
  results.expect("what is proved", holds(proved?.contents.value, "calls.max <= 1", "holds for every request"));
  const lenses = await s.ask("textDocument/codeLens", document);
  results.expect("lenses", same(lenses.map((one) => one.command.arguments.slice(1)), [["in need", "support"], ["not so", "support"]]));
  const run = (lens) => s.ask("workspace/executeCommand", { command: lens.command.command, arguments: lens.command.arguments });
  results.expect("a test that passes", same(await run(lenses[0]), "passed: in need"));
  results.expect("a test that fails", holds(await run(lenses[1]), "failed: not so", "expected emergency"));
  results.expect("the end", same(await s.end(), 0));
}
