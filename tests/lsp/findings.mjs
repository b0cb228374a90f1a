// SPDX-License-Identifier: Apache-2.0
// Findings as an editor shows them, and what is asked about broken texts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { source } from "../npm/cases.mjs";
import { code, holds, same } from "./checks.mjs";
import { folder, session } from "./session.mjs";

const mistaken = `policy p serves "m"
model small { provider: local  name: "q" }
route fast when urgnt { model = small }
signal urgent = keywords(any: ["u"])
otherwise { model = small }
`;
const shadowing = `policy p serves "m"
model small { provider: local  name: "q" }
route all when tokens >= 0 { model = small }
first {
  route a when tokens > 10 { model = small }
  route b when tokens > 20 { model = small }
}
`;

export async function finding(command, results) {
  const files = folder({ "models.sbx": 'model small { provider: local  name: "q" }\n' });
  const uri = files.uri("f.sbx"), s = await session(command);
  await s.open(uri, mistaken);
  const [unknown] = await s.diagnostics(uri, code("E0201"));
  const two = { start: { line: 2, character: 16 }, end: { line: 2, character: 21 } };
  results.expect("an unknown name", same(unknown.range, two));
  results.expect("how bad it is, and who says so", same([unknown.severity, unknown.source], [1, "signalbox"]));
  results.expect("where it is explained", holds(unknown.codeDescription.href, "docs/errors/E0201.md"));
  const place = { textDocument: { uri }, range: unknown.range };
  const actions = await s.ask("textDocument/codeAction", { ...place, context: { diagnostics: [unknown] } });
  results.expect("its fix", same(actions[0].edit.changes[uri], [{ range: unknown.range, newText: "urgent" }]));
  await s.change(uri, { range: two, text: "urgent" });
  results.expect("an edit of a part", same(await s.diagnostics(uri), []));

  await s.change(uri, { text: shadowing });
  const analyzed = await s.diagnostics(uri, (all) => all.some((one) => one.code.startsWith("E05")));
  const shadowed = analyzed.find((one) => one.code === "E0503");
  results.expect("the analysis finds what never decides", same(shadowed?.tags, [1]));
  results.expect("and says where the other half is", shadowed?.relatedInformation.length > 0 ? null : JSON.stringify(analyzed));
  const shown = analyzed.find((one) => one.data.request);
  results.expect("with a request", shown ? null : JSON.stringify(analyzed.map((one) => one.code)));
  const lenses = await s.ask("textDocument/codeLens", { textDocument: { uri } });
  results.expect("it has a lens", same(lenses[0]?.command.command, "signalbox.showWitness"));
  results.expect("which the editor is told of", s.refreshed() > 0 ? null : "no workspace/codeLens/refresh");
  const request = await s.ask("workspace/executeCommand", { command: "signalbox.showWitness", arguments: [uri, shown.range.start] });
  results.expect("which is shown", same(JSON.parse(request), shown.data.request));
  const hover = await s.at("hover", uri, shown.range.start);
  results.expect("in the hover too", holds(hover.contents.value, "A request that shows it", '"body"'));

  await s.change(uri, { text: shadowing });
  await s.change(uri, { text: shadowing.replace("tokens > 20", "tokens > 5") });
  const newest = (await s.diagnostics(uri, code("E0501"))).map((one) => one.code);
  results.expect("an analysis of the newest edit only", same(newest.includes("E0503"), false));
  await s.change(uri, { text: 'policy p serves "m"\nuse "models.sbx"\notherwise { model = small }\n' });
  results.expect("a file that is used", same(await s.diagnostics(uri), []));
  await s.open(files.uri("models.sbx"), 'model tiny { provider: local  name: "q" }\n');
  results.expect("an unsaved buffer stands for it", same((await s.diagnostics(uri, code("E0201"))).length, 1));
  await s.close(files.uri("models.sbx"));
  results.expect("until it is closed", same(await s.diagnostics(uri, (all) => all.length === 0), []));
  await s.open(files.uri("models.sbx"), "model tiny {\n");
  const isElsewhere = (one) => one.message.startsWith("in `models.sbx`");
  const elsewhere = (await s.diagnostics(uri, (all) => all.some(isElsewhere))).find(isElsewhere);
  results.expect("findings of a used file stand at the use", same(elsewhere.range.start.line, 1));
  results.expect("no edit is answered after a newer one", same(s.overtaken(), 0));
  results.expect("the end", same(await s.end(), 0));
}

const atPlaces = ["hover", "completion", "definition", "references", "documentHighlight"];
const ofDocuments = ["documentSymbol", "foldingRange", "semanticTokens/full", "codeLens", "formatting"];

/** Whatever is asked at whatever place of whatever broken text: an answer, and the server lives. */
export async function anywhere(command, results) {
  const text = readFileSync(join(source, "examples/quickstart/policy.sbx"), "utf8");
  const files = folder({}), uri = files.uri("a.sbx"), s = await session(command);
  await s.open(uri, text);
  let seed = 7, problem = null;
  const random = (below) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
  for (let round = 0; round < 40; ++round) {
    const cut = random(text.length), skip = random(60);
    const broken = text.slice(0, cut) + ["", "{", "}", '"', "when ", "🙂", "."][random(7)] + text.slice(cut + skip);
    await s.change(uri, { text: broken });
    const place = { line: broken.slice(0, cut).split("\n").length - 1, character: random(40) };
    const asked = atPlaces.map((one) => s.at(one, uri, place, { context: {} }));
    asked.push(...ofDocuments.map((one) => s.ask(`textDocument/${one}`, { textDocument: { uri }, options: {} })));
    asked.push(s.at("rename", uri, place, { newName: "fresh" }).catch((error) => (error.code === -32803 ? null : Promise.reject(error))));
    await Promise.all(asked).catch((error) => (problem ??= `${error.message} on ${JSON.stringify(broken)} at ${JSON.stringify(place)}`));
  }
  results.expect("broken text is answered", problem);
  results.expect("the end", same(await s.end(), 0));
}
