// SPDX-License-Identifier: Apache-2.0
// What a retriever finds, put into what a model is asked: node retrieval.mjs SIGNALBOX [ONLY].
import { createServer } from "node:http";
import { report } from "../npm/cases.mjs";
import { after, first, gateway, holds, logged, run, same, settingsFor, started } from "./gateway.mjs";
import { upstream } from "./upstream.mjs";
import { post } from "./wire.mjs";

const [command, only] = process.argv.slice(2);
const results = report();
const up = await upstream();

/** A server of passages: keeps what it is asked, answers as it is told. */
const shelf = { asked: [], answer: null };
const handbook = { results: [{ text: "Refunds take 14 days.", source: "refunds.md", score: 0.9 }, { content: "We are in Oslo.", title: "about", score: 0.3 }] };
const server = createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  shelf.asked.push({ path: request.url, headers: request.headers, json: JSON.parse(body) });
  const how = shelf.answer ?? { json: handbook };
  await after(how.delay ?? 0);
  if (how.reset) return request.socket.destroy();
  response.writeHead(how.status ?? 200, { "content-type": "application/json" }).end(how.text ?? JSON.stringify(how.json ?? {}));
}).listen(0, "127.0.0.1");
await new Promise((resolve) => server.on("listening", resolve));
const url = `http://127.0.0.1:${server.address().port}`;

const text = `policy front

model small { provider: alpha  name: "small-1"  can: [tools, vision] }
model large { provider: beta   name: "large-1"  can: [tools, vision] }

retriever handbook { top: 3  lead: "From the handbook:" }
retriever strict   { floor: 0.5  required: true }
retriever store    { top: 2 }

signal strict = keywords(any: ["strict"])
signal vector = keywords(any: ["vector"])
signal bare   = keywords(any: ["bare"])
signal mail   = keywords(any: ["mail"])

first {
  route strict when strict { model = small, then deny 503 "Ask again later."  retriever = strict }
  route vector when vector { model = small  retriever = store }
  route bare   when bare   { model = small }
  route mail   when mail   { model = small  retriever = handbook  redact add [email] }
}
otherwise { model = small, then large  retriever = handbook }
`;
const settings = settingsFor({
  alpha: up.url,
  retrievers: {
    handbook: { url, path: "/search", timeout: "300ms", key_env: "SHELF_KEY" },
    strict: { url, path: "/search", timeout: "300ms" },
    store: { url, path: "/v1/vector_stores/vs_1/search", kind: "openai" },
  },
  decision_log: { path: "decisions.jsonl" },
});
const served = await started(command, { settings, text, env: { SHELF_KEY: "sk-shelf" } });
const at = served.listen;
const fresh = (cases) => Object.fromEntries(Object.entries(cases).map(([name, test]) => [name, async () => { up.forget(); shelf.asked.length = 0; shelf.answer = null; return test(); }]));
const chat = (content, more = {}) => post(at, "/v1/chat/completions", JSON.stringify({ model: "auto", messages: [{ role: "system", content: "Be kind." }, { role: "user", content }], ...more }));
const found = "From the handbook:\n\n[1] refunds.md\nRefunds take 14 days.\n\n[2] about\nWe are in Oslo.\n\n";
const record = async (answer) => (await logged(served, answer))?.retrieval;

await run(results, "a retriever", fresh({
  async "is asked what the user said last, and what it finds stands before that"() {
    const answer = await chat("How long do refunds take?");
    const [asked] = shelf.asked, sent = up.last().json.messages;
    return first(same(answer.status, 200), same(asked.json, { query: "How long do refunds take?", top_k: 3 }), same(asked.path, "/search"), same(asked.headers.authorization, "Bearer sk-shelf"),
      same(sent, [{ role: "system", content: "Be kind." }, { role: "user", content: `${found}How long do refunds take?` }]));
  },
  async "finds for parts, and for the other dialects"() {
    await chat([{ type: "image_url", image_url: { url: "https://x/y.png" } }, { type: "text", text: "Where?" }]);
    const parts = up.last().json.messages[1].content;
    await post(at, "/v1/messages", JSON.stringify({ model: "auto", max_tokens: 9, messages: [{ role: "user", content: "Where?" }, { role: "assistant", content: [{ type: "tool_use", id: "t", name: "f", input: {} }] }, { role: "user", content: [{ type: "tool_result", tool_use_id: "t", content: "x" }] }] }));
    const blocks = up.last().json.messages;
    await post(at, "/v1/responses", JSON.stringify({ model: "auto", input: "Where?" }));
    const input = up.last().json.input;
    await post(at, "/v1/responses", JSON.stringify({ model: "auto", input: [{ role: "user", content: [{ type: "input_text", text: "Where?" }] }] }));
    return first(same(parts[1].text, `${found}Where?`), same(blocks[0].content, `${found}Where?`), same(blocks[2].content[0].content, "x"), same(input, `${found}Where?`),
      same(up.last().json.input[0].content[0].text, `${found}Where?`));
  },
  async "of a vector store"() {
    shelf.answer = { json: { object: "vector_store.search_results.page", data: [{ file_id: "f", filename: "a.md", score: 0.8, content: [{ type: "text", text: "one" }, { type: "text", text: "two" }] }] } };
    await chat("vector");
    return first(same(shelf.asked[0].json, { query: "vector", max_num_results: 2 }), same(shelf.asked[0].path, "/v1/vector_stores/vs_1/search"), holds(up.last().json.messages[1].content, "[1] a.md\none\ntwo\n\nvector"));
  },
  async "leaves out what is below its floor"() {
    await chat("strict");
    return first(holds(up.last().json.messages[1].content, "Refunds take"), same(up.last().json.messages[1].content.includes("Oslo"), false));
  },
  async "is not told what the policy takes out"() {
    await chat("mail ann@example.org");
    return first(same(shelf.asked[0].json.query, "mail [EMAIL_1]"), same(up.last().text.includes("ann@example.org"), false));
  },
  async "is not asked where the route does not say so"() {
    await chat("bare");
    return first(same(shelf.asked.length, 0), same(up.last().json.messages[1].content, "bare"));
  },
  async "is asked once for all candidates"() {
    up.behave((request) => (request.json.model === "small-1" ? { status: 503 } : {}));
    const answer = await chat("hello");
    return first(same(answer.header("x-signalbox-model"), "large"), same(shelf.asked.length, 1), holds(up.last().json.messages[1].content, "Refunds"));
  },
  async "is in the log, and is counted"() {
    const told = await record(await chat("hello"));
    return first(same([told.name, told.passages, told.error], ["handbook", 2, null]), holds(await served.metrics(), 'signalbox_retrieval_duration_seconds_count{retriever="handbook",result="found"}'));
  },
}), only);

await run(results, "a retriever that fails", fresh({
  async "is done without, and that is said"() {
    for (const how of [{ status: 500 }, { status: 404 }, { text: "no JSON" }, { delay: 600 }, { reset: true }]) {
      shelf.answer = how;
      const answer = await chat("hello");
      const problem = first(same(answer.status, 200, JSON.stringify(how)), same(up.last().json.messages[1].content, "hello"), same(answer.header("x-signalbox-left-out"), "retriever"), same((await record(answer)).error !== null, true));
      if (problem) return problem;
    }
  },
  async "ends what the policy wants no model asked without"() {
    shelf.answer = { status: 500 };
    const answer = await chat("strict");
    return first(same(answer.status, 503), same(up.requests.length, 0), holds(answer.text, "Ask again later."));
  },
  async "finding nothing is nothing that fails"() {
    shelf.answer = { json: { results: [] } };
    const answer = await chat("hello");
    return first(same(answer.status, 200), same(answer.header("x-signalbox-left-out"), undefined), same(up.last().json.messages[1].content, "hello"));
  },
}), only);
await served.stop();

await run(results, "settings", {
  async "must have the retrievers that a policy names"() {
    const one = await gateway(command, { settings: settingsFor({ alpha: up.url }), text });
    await one.kill();
    return first(same(one.failed, true), holds(one.stderr(), "is not among `retrievers` of the settings"));
  },
}, only);

server.close();
await up.stop();
process.exit(results.end());
