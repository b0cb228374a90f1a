// SPDX-License-Identifier: Apache-2.0
// What an editor changes: names, layout, parts of a text in either encoding.
import { code, holds, refused, same } from "./checks.mjs";
import { edited, folder, marked, session } from "./session.mjs";

export async function renaming(command, results) {
  const shared = marked(`model small { provider: local  name: "q" }
model bi^g { provider: local  name: "b" }
signal loud = keywords(any: ["loud"])
`);
  const main = marked(`policy p serves "m"
use "shared.sbx"
signal busy = keywords(any: ["big"])
route fast when bu^sy or loud { model = b^ig, then small }
otherwise { model = small }
`);
  const files = folder({ "shared.sbx": shared.text, "main.sbx": main.text, "other.sbx": main.text.replace("policy p", "policy q") });
  const uri = files.uri("main.sbx"), base = files.uri("shared.sbx");
  const s = await session(command, { workspace: files.path });
  await s.open(uri, main.text);
  const rename = (position, newName, of = uri) => s.at("rename", of, position, { newName });
  const { changes } = await rename(main.places[1], "huge");
  results.expect("a rename reaches every file", same(Object.keys(changes).sort(), ["main.sbx", "other.sbx", "shared.sbx"].map(files.uri)));
  results.expect("in the document", same(edited(main.text, changes[uri]), main.text.replace("model = big", "model = huge")));
  results.expect("and at its declaration", same(edited(shared.text, changes[base]), shared.text.replace("model big", "model huge")));
  await s.open(base, shared.text);
  const there = await rename(shared.places[0], "huge", base);
  results.expect("from the other side too", same(Object.keys(there.changes).sort(), Object.keys(changes).sort()));
  const prepared = await s.at("prepareRename", uri, main.places[0]);
  results.expect("what is renamed", same([prepared.placeholder, prepared.range.start.character], ["busy", 16]));
  results.expect("a name that is taken", await refused(rename(main.places[0], "loud")));
  results.expect("a model that is taken in another file", await refused(rename(main.places[1], "small")));
  results.expect("a keyword", await refused(rename(main.places[0], "when")));
  results.expect("a soft keyword", await refused(rename(main.places[0], "route")));
  results.expect("no name at all", await refused(rename(main.places[0], "a b")));
  results.expect("a built-in", await refused(rename({ line: 2, character: 16 }, "words")));
  results.expect("nothing", await refused(rename({ line: 4, character: 11 }, "x")));
  results.expect("the end", same(await s.end(), 0));
}

export async function formatting(command, results) {
  const ugly = `policy p serves "m"
model small { provider: local  name: "q" }
// Kept.
route   a when (tokens>5)   {model=small}
otherwise { model = small }
`;
  const files = folder({}), uri = files.uri("f.sbx"), s = await session(command);
  await s.open(uri, ugly);
  const format = () => s.ask("textDocument/formatting", { textDocument: { uri }, options: { tabSize: 2, insertSpaces: true } });
  const edits = await format(), after = edited(ugly, edits);
  results.expect("formatting", holds(after, "// Kept.\nroute a when", "{ model = small }"));
  results.expect("touches what changes only", same([edits.length, edits[0].range.start.line], [1, 3]));
  await s.change(uri, { text: after });
  results.expect("is done once", same(await format(), []));
  await s.change(uri, { text: after + "route {" });
  results.expect("broken text stays", same(await format(), null));
  results.expect("the end", same(await s.end(), 0));
}

export async function encoding(command, results) {
  const text = `policy p serves "m"
model small { provider: local  name: "q" }
signal a = keywords(any: ["😀é"])   signal b = nope
otherwise { model = small }
`;
  for (const [name, column] of [["utf-16", 47], ["utf-8", 50]]) {
    const files = folder({}), uri = files.uri("e.sbx"), s = await session(command, { encodings: [name] });
    results.expect(`${name} is agreed on`, same(s.initialized.capabilities.positionEncoding, name));
    await s.open(uri, text);
    const [unknown] = await s.diagnostics(uri, code("E0201"));
    results.expect(`places in ${name}`, same(unknown.range.start, { line: 2, character: column }));
    await s.change(uri, { range: unknown.range, text: "not a" });
    results.expect(`edits in ${name}`, same(await s.diagnostics(uri), []));
    await s.end();
  }
}
