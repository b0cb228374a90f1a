// SPDX-License-Identifier: Apache-2.0
// What goes wrong around a gateway, and must not go wrong in it: node faults.mjs SIGNALBOX [ONLY]
import { mkdtempSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { report } from "../npm/cases.mjs";
import { after, first, gateway, holds, laid, run, same, settingsFor, started, until } from "./gateway.mjs";
import { upstream } from "./upstream.mjs";
import { dial, message, post } from "./wire.mjs";

const [command, only] = process.argv.slice(2);
const results = report();
const alpha = await upstream(), beta = await upstream();
const json = { "content-type": "application/json" };
const chatPath = "/v1/chat/completions";
const chat = (text = "hello", more = {}) => JSON.stringify({ model: "auto", messages: [{ role: "user", content: text }], ...more });
const stream = (text) => chat(text, { stream: true });
const long = Array.from({ length: 100 }, (_, i) => `word${i}`).join(" ");

const hasty = { timeout: { connect: "500ms", first_byte: "400ms", idle: "600ms" }, health: { failures: 1000 } };
const settings = laid(settingsFor({ alpha: alpha.url, beta: beta.url, limits: { body_bytes: "4MiB", header_bytes: "16KiB", request_timeout: "1s", drain_timeout: "3s" } }),
  { providers: { alpha: hasty, beta: hasty } });
const served = await started(command, { settings });
const at = served.listen;
const fresh = (cases) => Object.fromEntries(Object.entries(cases).map(([name, test]) => [name, async () => { alpha.forget(); beta.forget(); return test(); }]));
/** It still serves, and has let go of what the case held. */
async function well(where = at) {
  alpha.behave({});
  const answer = await post(where, chatPath, chat("are you well"));
  return first(same(answer?.status, 200, "afterwards"), holds(answer?.text, "to are you well"));
}
const error = (answer) => { try { return answer.json().error?.message ? null : `no message: ${answer.text}`; } catch { return `no document: ${answer?.text}`; } };
const says = (answer, route) => same([answer?.status, answer?.header("x-signalbox-model"), answer?.header("x-signalbox-attempts")], route);

await run(results, "an upstream that fails before its first byte", fresh({
  async "refuses connections"() {
    const gone = await upstream(), url = gone.url;
    await gone.stop();
    const other = await gateway(command, { settings: laid(settings, { providers: { alpha: { endpoints: [{ url }] } } }) });
    const answer = await post(other.listen, chatPath, chat());
    await other.stop();
    return first(says(answer, [200, "large", "2"]), same(beta.last()?.json.model, "large-1"));
  },
  async "does not answer at all"() {
    alpha.behave({ hang: "head" });
    const started = Date.now(), answer = await post(at, chatPath, chat());
    return first(says(answer, [200, "large", "2"]), Date.now() - started < 3000 ? null : `after ${Date.now() - started} ms`, (await until(() => alpha.active === 0)) ? null : "the call is still held");
  },
  async "resets the connection"() {
    alpha.behave({ reset: "head" });
    return first(says(await post(at, chatPath, chat()), [200, "large", "2"]), says(await post(at, chatPath, stream("x")), [200, "large", "2"]));
  },
  async "closes a connection that was kept"() {
    await post(at, chatPath, chat());
    alpha.next({ reset: "head" });
    return same((await post(at, chatPath, chat()))?.status, 200);
  },
  async "sends a head, and no more"() {
    for (const how of [{ hang: 0 }, { reset: 0 }, { cut: 0 }]) {
      alpha.behave(how);
      const problem = says(await post(at, chatPath, stream("x")), [200, "large", "2"]);
      if (problem) return `${JSON.stringify(how)}: ${problem}`;
    }
  },
  async "sends garbage"() {
    alpha.behave({ garbage: "head" });
    const answer = await post(at, chatPath, chat());
    return first([200, 502].includes(answer?.status) ? null : `status ${answer?.status}`, answer.status === 502 ? error(answer) : null);
  },
  async "answers 500, 503, 429"() {
    for (const status of [500, 503, 429]) {
      alpha.behave({ status, retry_after: 60 });
      const problem = says(await post(at, chatPath, chat()), [200, "large", "2"]);
      if (problem) return `${status}: ${problem}`;
    }
  },
  async "answers 400: nobody else is asked"() {
    alpha.behave({ status: 400, text: "as told" });
    const answer = await post(at, chatPath, chat());
    return first(same(answer?.status, 400), holds(answer.text, "as told"), same(beta.requests.length, 0));
  },
  async "and all others too"() {
    alpha.behave({ status: 500 });
    beta.behave({ status: 429, retry_after: 7, text: "as told" });
    const answer = await post(at, chatPath, chat());
    return first(same(answer?.status, 429), same(answer.header("retry-after"), "7"), holds(answer.text, "as told"));
  },
  async "and nobody can be reached"() {
    alpha.behave({ reset: "head" });
    beta.behave({ hang: "head" });
    const answers = [await post(at, chatPath, chat()), await post(at, "/v1/messages", { model: "auto", max_tokens: 5, messages: [{ role: "user", content: "x" }] })];
    return first(same(answers.map((one) => one?.status), [504, 504]), ...answers.map(error), same(answers[1].json().type, "error"));
  },
  async "a request goes on as it came, to each candidate"() {
    alpha.behave({ status: 503 });
    const body = ` {"messages":[{"role":"user","content":"\\u00e9"}] , "model":"auto" , "x":1.0}`;
    await post(at, chatPath, body);
    return first(same(alpha.last().text, body.replace('"auto"', '"small-1"')), same(beta.last().text, body.replace('"auto"', '"large-1"')), same(beta.last().header("authorization"), "Bearer sk-beta"));
  },
}), only);

/** What a client sees of a stream: its text, and whether it was whole. */
async function streamed(body = stream("x"), where = at) {
  const answer = await post(where, chatPath, body);
  return { status: answer?.status, text: answer?.text ?? "", complete: answer?.complete, done: answer?.text.includes("[DONE]") };
}
/** Broken off, or ended by an error that clients understand; never a whole one. */
const unfinished = (got) => first(same(got.status, 200), holds(got.text, "word0"), got.done ? "the stream was ended as if it were whole" : null, got.complete && !got.text.includes("error") ? "the stream ended without an error" : null, same(beta.requests.length, 0, "others were asked"));

const ending = await gateway(command, {
  settings: laid(settings, { providers: { open: { kind: "vllm", endpoints: [{ url: alpha.url }] } } }),
  text: `policy ends
model small { provider: alpha  name: "small-1" }
model open  { provider: open   name: "small-1" }
signal listed = keywords(any: ["listed"])
signal kept   = keywords(any: ["kept"])
signal slow   = keywords(any: ["slow"])
first {
  route listed when listed { model = small, then respond "Later, please." }
  route slow   when slow   { model = small, then deny 504 "Too slow." on [timeout] }
  route kept   when kept   { model = open  cache = exact }
}
otherwise { model = small }
unserved { deny 503 "Nobody is left." }
`,
});
const asked = (text, headers) => post(ending.listen, chatPath, chat(text), headers);
await run(results, "when all have failed", fresh({
  async "the end of the list counts, then \`unserved\`"() {
    alpha.behave({ status: 500 });
    const [listed, bare] = [await asked("listed"), await asked("hello")];
    return first(same(listed.status, 200), holds(listed.text, "Later, please."), same(bare.status, 503), holds(bare.text, "Nobody is left."));
  },
  async "but a client's own mistake stays what the model said"() {
    alpha.behave({ status: 400, text: "as told" });
    const [listed, bare] = [await asked("listed"), await asked("hello")];
    return first(same([listed.status, bare.status], [400, 400]), holds(listed.text, "as told"));
  },
  async "and an end has classes of its own"() {
    alpha.behave({ status: 500, text: "as told" });
    const other = await asked("slow");
    alpha.behave({ hang: "head" });
    return first(same(other.status, 500), same((await asked("slow")).status, 504));
  },
}), only);

await run(results, "what is kept to be given again", fresh({
  async "is not given to who shows other credentials"() {
    await asked("kept one", { authorization: "Bearer a" });
    const own = await asked("kept one", { authorization: "Bearer a" }), other = await asked("kept one", { authorization: "Bearer b" });
    return first(same(own.header("x-signalbox-cache"), "hit"), same(other.header("x-signalbox-cache"), "miss"));
  },
  async "is an answer, not whatever comes with 200"() {
    alpha.behave({ body: "<html>not now</html>", type: "text/html" });
    await asked("kept two");
    alpha.behave({});
    return same((await asked("kept two")).header("x-signalbox-cache"), "miss");
  },
}), only);
await ending.stop();

await run(results, "an upstream that fails after its first byte", fresh({
  async "resets the connection"() { alpha.behave({ reset: 5, say: long }); const got = await streamed(); alpha.behave({}); return first(unfinished(got), await well()); },
  async "ends the connection"() { alpha.behave({ cut: 5, say: long }); const got = await streamed(); alpha.behave({}); return first(unfinished(got), await well()); },
  async "hangs"() {
    alpha.behave({ hang: 5, say: long });
    const got = await streamed();
    return first(unfinished(got), (await until(() => alpha.active === 0)) ? null : "the call is still held");
  },
  async "sends garbage"() { alpha.behave({ garbage: "body", say: long }); const got = await streamed(); return first([200, 502].includes(got.status) ? null : `status ${got.status}`, got.done ? "taken for whole" : null, got.complete && !got.text.includes("error") ? "the stream ended without an error" : null); },
  async "says that it failed"() {
    alpha.behave({ fail_after: 5, say: long });
    const got = await streamed();
    return first(holds(got.text, "word0", "the model fell over"), same(got.complete, true));
  },
  async "promises more than it sends"() {
    alpha.behave({ length: 100_000, close: true });
    const answer = await post(at, chatPath, chat());
    return first(answer && answer.complete && answer.status === 200 ? "half an answer was taken for a whole one" : null);
  },
  async "sends more than it promised"() {
    alpha.behave({ length: 10 });
    const answer = await post(at, chatPath, chat());
    alpha.behave({});
    return first(same(answer?.body.length ?? 10, 10), await well(), await well());
  },
  async "sends half a document"() {
    alpha.behave({ garbage: "json" });
    await post(at, chatPath, chat());
    alpha.behave({});
    return well();
  },
  async "trickles, but comes to its end"() { alpha.behave({ pace: 30, say: "one two three four five" }); const got = await streamed(); return first(same(got.done, true), holds(got.text, "five")); },
}), only);

await run(results, "a circuit", {
  async "opens after failures in a row, and closes when a call comes through"() {
    const weak = await upstream(), strong = await upstream();
    const other = await gateway(command, { settings: laid(settings, { providers: { alpha: { endpoints: [{ url: weak.url }], health: { failures: 3, open: "700ms" } }, beta: { endpoints: [{ url: strong.url }] } } }) });
    const ask = () => post(other.listen, chatPath, chat());
    weak.behave({ status: 503 });
    for (let i = 0; i < 10; ++i) await ask();
    const tried = weak.requests.length, state = (await other.status()).endpoints.find((one) => one.url === weak.url)?.state;
    weak.behave({});
    await after(900);
    const answers = [await ask(), await ask(), await ask()];
    const problem = first(same(tried, 3, "calls until it opened"), same(strong.requests.length, 10), state && state !== "closed" ? null : `state ${state}`, same(answers.at(-1).header("x-signalbox-model"), "small"));
    await other.stop();
    await weak.stop();
    await strong.stop();
    return problem;
  },
  async "of one endpoint leaves the others, by their weights"() {
    const a = await upstream(), b = await upstream();
    const other = await gateway(command, { settings: laid(settings, { providers: { alpha: { endpoints: [{ url: a.url, weight: 3 }, { url: b.url, weight: 1 }], retries: 1, health: { failures: 2, open: "30s" } } } }) });
    for (let i = 0; i < 40; ++i) await post(other.listen, chatPath, chat());
    const shares = [a.requests.length, b.requests.length];
    a.behave({ status: 503 });
    const models = new Set();
    for (let i = 0; i < 10; ++i) models.add((await post(other.listen, chatPath, chat())).header("x-signalbox-model"));
    const problem = first(same(shares, [30, 10]), same([...models], ["small"]), same(a.requests.length - 30, 2, "calls of the weak one"));
    await other.stop();
    await a.stop();
    await b.stop();
    return problem;
  },
  async "is seen by checks of health"() {
    const sick = await upstream();
    let ill = true;
    sick.behave((request) => (request.target.startsWith("/health") && ill ? { status: 503 } : {}));
    const other = await gateway(command, { settings: laid(settings, { providers: { alpha: { endpoints: [{ url: sick.url }], health: { path: "/health", interval: "100ms", timeout: "1s", failures: 2, open: "200ms" } } } }) });
    const model = async () => (await post(other.listen, chatPath, chat()))?.header("x-signalbox-model");
    await sick.seen(4);
    const before = await model();
    ill = false;
    const healed = await until(async () => (await model()) === "small", 3000);
    await other.stop();
    await sick.stop();
    return first(same(before, "large"), healed ? null : "it is not asked again");
  },
}, only);

await run(results, "a client", fresh({
  async "that goes before it is answered"() {
    alpha.behave({ delay: 300 });
    const connection = dial(at);
    await connection.send(message("POST", chatPath, json, chat()));
    await alpha.seen(1).catch(() => {});
    connection.close();
    return first((await until(() => alpha.active === 0)) ? null : "the call is still held", await well());
  },
  async "that goes in the middle of a stream"() {
    alpha.behave({ pace: 20, say: long });
    const connection = dial(at);
    await connection.send(message("POST", chatPath, json, stream("x")));
    await (await connection.head()).pieces.next();
    connection.close();
    return (await until(() => alpha.active === 0, 3000)) ? null : "the upstream goes on for nobody";
  },
  async "that goes in the middle of its request"() {
    const connection = dial(at);
    await connection.send(message("POST", chatPath, { ...json, "content-length": 10_000 }, "{"));
    connection.close();
    return first(await well(), same(alpha.requests.length, 1));
  },
  async "that trickles its head"() {
    const connection = dial(at), started = Date.now();
    for (const byte of Buffer.from(`POST ${chatPath} HTTP/1.1\r\nx-slow: `)) {
      if (connection.reader.ended) break;
      connection.send(Buffer.from([byte]));
      await after(100);
      if (Date.now() - started > 6000) break;
    }
    const closed = await connection.closes(2000);
    connection.close();
    return first(closed ? null : "the connection stays open", await well());
  },
  async "that trickles its body"() {
    const connection = dial(at);
    await connection.send(message("POST", chatPath, { ...json, "content-length": 10_000 }, "{"));
    const timer = setInterval(() => connection.send(" "), 200);
    const answer = await Promise.race([connection.answer(), after(8000).then(() => "late")]);
    clearInterval(timer);
    connection.close();
    return first(answer === "late" ? "it is still waited for" : null, same(answer?.status, 408), same(alpha.requests.length, 0));
  },
  async "that says nothing"() {
    const connections = Array.from({ length: 50 }, () => dial(at));
    const problem = await well();
    connections.forEach((one) => one.close());
    return problem;
  },
  async "that does not read its answer"() {
    alpha.behave({ big: 50 << 20 });
    const before = served.memory(), connection = dial(at);
    await connection.send(message("POST", chatPath, json, stream("x")));
    connection.socket.pause();
    await after(1500);
    const grown = served.memory() - before;
    connection.close();
    alpha.behave({});
    return first(grown < 32 << 20 ? null : `${grown >> 20} MiB were kept for it`, (await until(() => alpha.active === 0)) ? null : "the call is still held", await well());
  },
  async "that sends a hundred megabytes"() {
    const before = served.memory(), connection = dial(at);
    connection.send(message("POST", chatPath, { ...json, "content-length": 100 << 20 }));
    const part = Buffer.alloc(1 << 20, " ");
    const sending = (async () => { for (let i = 0; i < 100 && !connection.reader.ended; ++i) await Promise.race([connection.send(part), after(1000)]); })();
    const answer = await connection.answer();
    connection.close();
    await sending;
    return first(same(answer?.status ?? 413, 413), same(alpha.requests.length, 0), served.memory() - before < 16 << 20 ? null : "memory grew", await well());
  },
  async "that sends a hundred megabytes in chunks"() {
    const connection = dial(at);
    connection.send(message("POST", chatPath, { ...json, "transfer-encoding": "chunked" }));
    const part = Buffer.concat([Buffer.from("100000\r\n"), Buffer.alloc(1 << 20, " "), Buffer.from("\r\n")]);
    const sending = (async () => { for (let i = 0; i < 100 && !connection.reader.ended; ++i) await Promise.race([connection.send(part), after(1000)]); })();
    const answer = await connection.answer();
    connection.close();
    await sending;
    return first(same(answer?.status ?? 413, 413), same(alpha.requests.length, 0), await well());
  },
  async "that sends a bomb of gzip"() {
    const before = served.memory(), answer = await post(at, chatPath, gzipSync(Buffer.alloc(200 << 20, " ")), { "content-encoding": "gzip" });
    return first(same(answer?.status, 413), served.memory() - before < 32 << 20 ? null : "memory grew", await well());
  },
  async "whose compression is broken, or unknown"() {
    const broken = await post(at, chatPath, "no gzip at all", { "content-encoding": "gzip" }), unknown = await post(at, chatPath, chat(), { "content-encoding": "rot13" });
    return first([400, 415].includes(broken?.status) ? null : `broken: ${broken?.status}`, same(unknown?.status, 415), error(broken), error(unknown), same(alpha.requests.length, 0));
  },
  async "whose head is too long"() {
    const many = message("GET", "/v1/models", Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`x-${i}`, "0123456789"])));
    const one = message("GET", "/v1/models", { "x-long": "a".repeat(64 << 10) }), target = message("GET", `/v1/models?${"a".repeat(64 << 10)}`);
    for (const bytes of [many, one, target]) {
      const connection = dial(at);
      connection.send(bytes);
      const answer = await connection.answer();
      connection.close();
      if (answer && ![431, 414, 400].includes(answer.status)) return `status ${answer.status}`;
    }
    return well();
  },
}), only);

const bodies = {
  "nothing": "", "no document": "{", "half a document": chat().slice(0, -3), "two documents": chat() + chat(), "a list": "[1,2]", "a text": '"hello"', "null": "null", "no messages": '{"model":"auto"}',
  "messages of another type": '{"model":"auto","messages":5}', "a model of another type": '{"model":{},"messages":[]}', "a lone surrogate": '{"model":"auto","messages":[{"role":"user","content":"\\ud800"}]}',
  "deep lists": `{"model":"auto","messages":${"[".repeat(100_000)}`, "deep objects": `{"model":"auto","x":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)},"messages":[]}`,
  "deep and whole": `{"model":"auto","messages":[],"x":${"[".repeat(5000)}${"]".repeat(5000)}}`,
  "no UTF-8": Buffer.concat([Buffer.from('{"model":"auto","messages":[{"role":"user","content":"'), Buffer.from([0xc3, 0x28, 0xff, 0xed, 0xa0, 0x80]), Buffer.from('"}]}')]),
  "a NUL in a text": '{"model":"auto","messages":[{"role":"user","content":"a\u0000b"}]}', "a number that is too long": `{"model":"auto","messages":[],"x":${"9".repeat(100_000)}}`,
  "names that come twice": '{"model":"auto","model":"none","messages":[]}', "a byte order mark": "\ufeff" + chat(),
};
await run(results, "a body", fresh(Object.fromEntries(Object.entries(bodies).map(([name, body]) => [`of ${name}`, async () => {
  const answers = [await post(at, chatPath, body), await post(at, "/v1/messages", body), await post(at, "/v1/route", body)];
  for (const answer of answers) {
    if (!answer) return "no answer";
    if (answer.status >= 500) return `status ${answer.status}: ${answer.text.slice(0, 300)}`;
    if (answer.status >= 400 && error(answer)) return error(answer);
  }
  return well();
}]))), only);

/** Requests that two readers could cut differently. Each must be refused, and what is behind it never be answered as a request. */
const hidden = "GET /v1/models?smuggled HTTP/1.1\r\nhost: x\r\n\r\n";
const smuggled = {
  "a length and chunks": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ncontent-length: 6\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  "chunks and a length": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n`,
  "two lengths": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
  "a list of lengths": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ncontent-length: 2, 3\r\n\r\n{}`,
  "a length with a sign": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ncontent-length: +2\r\n\r\n{}`,
  "a length in hex": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ncontent-length: 0x2\r\n\r\n{}`,
  "a negative length": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n`,
  "a length beyond 64 bits": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ncontent-length: 18446744073709551618\r\n\r\n{}`,
  "chunks that are not the last coding": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
  "a coding that is unknown": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n`,
  "a coding said twice": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n`,
  "a size of a chunk that is none": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
  "a size of a chunk with a sign": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n`,
  "a size of a chunk with 0x": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n`,
  "a size of a chunk beyond 64 bits": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\n`,
  "a chunk longer than its size": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n`,
  "a header that is folded": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nx-folded: a\r\n b\r\n\r\n{}`,
  "a coding that is folded": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ntransfer-encoding:\r\n chunked\r\ncontent-length: 2\r\n\r\n{}`,
  "a NUL in a value": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\nx-nul: a\0b\r\ncontent-length: 2\r\n\r\n{}`,
  "a NUL in a name": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\nx\0y: a\r\ncontent-length: 2\r\n\r\n{}`,
  "a space before the colon": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ncontent-length : 2\r\n\r\n{}`,
  "a line without a colon": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\nnonsense\r\ncontent-length: 2\r\n\r\n{}`,
  "a lone CR in a value": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\nx-cr: a\rtransfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n{}`,
  "a name with a space": `POST ${chatPath} HTTP/1.1\r\nhost: x\r\nx y: a\r\ncontent-length: 2\r\n\r\n{}`,
  "a method that is none": `P(ST ${chatPath} HTTP/1.1\r\nhost: x\r\n\r\n`,
  "a version that is none": `GET /v1/models HTTP/9.9\r\nhost: x\r\n\r\n`,
  "no version": `GET /v1/models\r\nhost: x\r\n\r\n`,
  "a target with a space": `GET /v1/mod els HTTP/1.1\r\nhost: x\r\n\r\n`,
  "another protocol": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
  "the preface of HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
};
await run(results, "a request that is smuggled", fresh(Object.fromEntries(Object.entries(smuggled).map(([name, bytes]) => [`by ${name}`, async () => {
  const connection = dial(at);
  await connection.send(Buffer.concat([Buffer.from(bytes, "latin1"), Buffer.from(hidden)]));
  const answers = [];
  for (let answer; answers.length < 3 && (answer = await Promise.race([connection.answer(), after(3000)]));) answers.push(answer);
  connection.close();
  return first(answers.some((one) => one.status < 400) ? `answered ${answers.map((one) => one.status)}` : null, answers.length > 1 ? `${answers.length} answers` : null,
    answers.some((one) => one.status >= 500 && one.status !== 501 && one.status !== 505) ? `status ${answers[0].status}` : null, same(alpha.requests.length, 0, "calls"), await well());
}]))), only);

await run(results, "random bytes", fresh({
  async "in requests"() {
    let seed = 7;
    const random = (n) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n;
    const whole = message("POST", chatPath, { ...json, "x-a": "b" }, [chat().slice(0, 9), chat().slice(9)]);
    for (let round = 0; round < 300; ++round) {
      const bytes = Buffer.from(whole);
      for (let i = 0; i < 1 + random(4); ++i) bytes[random(bytes.length)] = random(256);
      const connection = dial(at);
      await connection.send(bytes.subarray(0, random(10) ? bytes.length : random(bytes.length)));
      connection.end();
      await Promise.race([connection.answer().catch(() => null), after(1500)]);
      connection.close();
    }
    return well();
  },
}), only);

await run(results, "files", {
  async "as many connections as there may be"() {
    const other = await gateway(command, { settings: laid(settings, { limits: { connections: 20 } }) });
    const held = Array.from({ length: 40 }, () => dial(other.listen));
    await after(300);
    const refused = await post(other.listen, chatPath, chat()).catch(() => null);
    held.forEach((one) => one.close());
    const problem = first(refused?.status === 200 ? "there is no limit" : null, (await until(async () => (await post(other.listen, chatPath, chat()).catch(() => null))?.status === 200)) ? null : "it does not serve afterwards");
    await other.stop();
    return problem;
  },
  async "as few as the system leaves"() {
    const other = await gateway(command, { settings, before: ["prlimit", "--nofile=64:64"] });
    if (other.failed) return `did not start: ${other.stderr()}`;
    const held = Array.from({ length: 150 }, () => dial(other.listen));
    await after(300);
    held.forEach((one) => one.close());
    const problem = (await until(async () => (await post(other.listen, chatPath, chat()).catch(() => null))?.status === 200)) ? null : "it does not serve afterwards";
    return first(problem, same(await other.stop(), 0));
  },
  async "the hard limit is taken"() {
    const other = await gateway(command, { settings, before: ["prlimit", "--nofile=256:4096"] });
    const most = Number(/^process_max_fds (\S+)/m.exec(await other.metrics())?.[1]);
    await other.stop();
    return same(most, 4096);
  },
  async "a log on a full disk"() {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-full-"));
    symlinkSync("/dev/full", join(folder, "log.jsonl"));
    const other = await gateway(command, { settings: { ...settings, decision_log: { path: "log.jsonl" } }, folder });
    if (other.failed) return `did not start: ${other.stderr()}`;
    for (let i = 0; i < 50; ++i) { const answer = await post(other.listen, chatPath, chat()); if (answer?.status !== 200) return `status ${answer?.status}`; }
    const counted = await until(async () => /^signalbox_log_lines_dropped_total\{reason="write_failed"\} [1-9]/m.test(await other.metrics()), 5000);
    return first(counted ? null : "no metric counts what was not written", same(await other.stop(), 0));
  },
}, only);

await run(results, "an end", {
  async "by kill -9, and another beginning at the same place"() {
    const port = await new Promise((resolve) => { const probe = createServer().listen(0, "127.0.0.1", () => { const { port } = probe.address(); probe.close(() => resolve(port)); }); });
    const fixed = { ...settings, listen: `127.0.0.1:${port}`, decision_log: { path: "log.jsonl" } };
    const one = await gateway(command, { settings: fixed });
    if (one.failed) return one.stderr();
    for (let i = 0; i < 10; ++i) await post(one.listen, chatPath, chat());
    await until(() => one.read("log.jsonl").includes("\n"), 3000);
    await one.kill();
    const two = await gateway(command, { settings: fixed, folder: one.folder });
    if (two.failed) return `did not start again: ${two.stderr()}`;
    const answer = await post(two.listen, chatPath, chat());
    const status = await two.stop();
    return first(same(answer?.status, 200), same(status, 0));
  },
  async "by kill -9, at the same socket"() {
    const one = await gateway(command, { settings: { ...settings, listen: "unix:http.socket" } });
    if (one.failed) return one.stderr();
    await one.kill();
    const two = await gateway(command, { settings: { ...settings, listen: "unix:http.socket" }, folder: one.folder });
    if (two.failed) return `did not start again: ${two.stderr()}`;
    const answer = await post(two.listen, chatPath, chat());
    return first(same(answer?.status, 200), same(await two.stop(), 0));
  },
  async "at a place that is taken"() {
    const second = await gateway(command, { settings: { ...settings, listen: at } });
    return first(second.failed ? null : "two listen at one place", same(second.status, 2), holds(second.stderr(), at));
  },
  async "by SIGTERM: what has begun is finished"() {
    alpha.forget();
    alpha.behave({ pace: 30, say: Array.from({ length: 30 }, (_, i) => `w${i}`).join(" ") });
    const other = await gateway(command, { settings });
    const connection = dial(other.listen), idle = dial(other.listen);
    await connection.send(message("POST", chatPath, json, stream("x")));
    const head = await connection.head();
    other.signal("SIGTERM");
    let text = "";
    const refused = after(200).then(() => post(other.listen, chatPath, chat()).then((answer) => answer?.status ?? "closed", () => "refused"));
    for await (const piece of head.pieces) text += piece;
    const status = await other.exited;
    idle.close();
    return first(holds(text, "[DONE]"), same(status, 0), (await refused) === 200 ? "it still takes requests" : null);
  },
  async "by SIGTERM: what takes too long is broken off"() {
    alpha.behave({ hang: 2 });
    const other = await gateway(command, { settings: laid(settings, { limits: { drain_timeout: "500ms" }, providers: { alpha: { timeout: { idle: "60s" } } } }) });
    const connection = dial(other.listen);
    await connection.send(message("POST", chatPath, json, stream("x")));
    await connection.head();
    const started = Date.now();
    other.signal("SIGTERM");
    const status = await Promise.race([other.exited, after(8000).then(() => "late")]);
    connection.close();
    if (status === "late") await other.kill();
    return first(same(status, 0), Date.now() - started < 6000 ? null : `after ${Date.now() - started} ms`);
  },
}, only);

results.expect("nothing was said of a bug", /report|bug|abort|Sanitizer/.test(served.stderr()) ? served.stderr() : null);
results.expect("the gateway ends well", same(await served.stop(), 0));
await alpha.stop();
await beta.stop();
process.exit(results.end());
