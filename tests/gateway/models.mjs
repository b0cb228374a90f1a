// SPDX-License-Identifier: Apache-2.0
// Policies whose signals ask a model at a server: node models.mjs SIGNALBOX [ONLY]. The server of the model is a real one, with delays.
import { createServer } from "node:http";
import { report } from "../npm/cases.mjs";
import { first, gateway, holds, run, same, settingsFor, started } from "./gateway.mjs";
import { upstream } from "./upstream.mjs";
import { post } from "./wire.mjs";

const [command, only] = process.argv.slice(2);
const results = report();
const up = await upstream();

/** A classifier as vLLM serves one: a text with `attack` in it is an injection. And vectors as OpenAI's interface has them: letters, counted. */
let delay = 0, asked = 0, broken = false;
const classifier = createServer((request, response) => {
  let body = "";
  request.on("data", (part) => (body += part));
  request.on("end", () => setTimeout(() => {
    ++asked;
    if (broken) return response.writeHead(500).end();
    response.setHeader("content-type", "application/json");
    const input = JSON.parse(body).input;
    if (request.url === "/v1/embeddings") {
      const vector = (text) => [..."abcdefghijklmnopqrstuvwxyz"].map((letter) => text.toLowerCase().split(letter).length - 1);
      return response.end(JSON.stringify({ data: input.map((text, index) => ({ index, embedding: vector(text) })) }));
    }
    const p = input.includes("attack") ? 0.97 : 0.02;
    response.end(JSON.stringify({ data: [{ index: 0, label: "x", probs: [1 - p, p], num_classes: 2 }] }));
  }, delay));
});
await new Promise((resolve) => classifier.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${classifier.address().port}`;

const text = `policy front serves "auto"

model small { provider: alpha  name: "small-1" }
model large { provider: beta   name: "large-1" }

signal injection = classifier("guard", label: "injection") or else 1
signal urgent = keywords(any: ["urgent"])

strict tier safety { route blocked when injection >= 0.8 and not urgent { deny 403 "This request was blocked." } }
otherwise { model = small, then large }
`;
const models = { guard: { kind: "vllm", url, labels: ["benign", "injection"], timeout: "1s", retries: 0 } };
const settings = settingsFor({ alpha: up.url, models });
const chat = (words) => JSON.stringify({ model: "auto", messages: [{ role: "user", content: words }] });
const path = "/v1/chat/completions";

const served = await started(command, { settings, text });
const ask = (words) => post(served.listen, path, chat(words));

await run(results, "models", {
  async "an attack is refused, and a question is not"() {
    const [bad, good] = [await ask("an attack"), await ask("a question")];
    return first(same(bad.status, 403), holds(bad.text, "This request was blocked."), same(good.status, 200), same(good.header("x-signalbox-model"), "small"));
  },
  async "a text that comes again is not asked about again"() {
    await ask("the same text");
    const before = asked;
    await ask("the same text");
    return same(asked, before);
  },
  async "a signal that cannot change the decision is not computed"() {
    const before = asked;
    const answer = await ask("urgent: a text of its own");
    return first(same(answer.status, 200), same(asked, before));
  },
  async "who waits for a model holds up nobody else"() {
    delay = 600;
    const waiting = ask("a slow text");
    const start = Date.now();
    const quick = await ask("urgent: nobody waits for me");
    const took = Date.now() - start;
    const slow = await waiting;
    delay = 0;
    return first(same(quick.status, 200), same(slow.status, 200), took < 500 ? null : `it took ${took} ms`);
  },
  async "many wait at once"() {
    delay = 300;
    const start = Date.now();
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => ask(`text number ${i}`)));
    delay = 0;
    const took = Date.now() - start;
    return first(same([...new Set(answers.map((one) => one.status))], [200]), took < 2000 ? null : `it took ${took} ms`);
  },
  async "a model that is down is an attack, as the policy says"() {
    broken = true;
    const answer = await ask("a question that nobody judges");
    broken = false;
    return same(answer.status, 403);
  },
  async "the dry run asks too"() {
    const answer = await post(served.listen, "/v1/route", chat("an attack that is not sent"));
    const decision = answer.json();
    return first(same(decision.outcome, "deny"), same(decision.readings.injection, { ...decision.readings.injection, value: 0.97, state: "known" }));
  },
  async "a policy whose model nobody declares is refused, and the old one serves on"() {
    const answer = await served.ask("POST", "/admin/policies", text.replace('"guard"', '"gaurd"'));
    return first(same(answer.status, 422), holds(answer.text, "R0763", "no model is called `gaurd`"), same((await ask("still there")).status, 200));
  },
}, only);
results.expect("the gateway ends well", same(await served.stop(), 0));

await run(results, "at the start", {
  async "a policy whose model nobody declares"() {
    const refused = await gateway(command, { settings: { ...settings, models: {} }, text });
    return first(same(refused.failed, true), same(refused.status, 2), holds(refused.stderr(), "no model is called `guard`"));
  },
  async "settings of a model that mean nothing"() {
    const refused = await gateway(command, { settings: { ...settings, models: { guard: { kind: "vlm", url } } }, text });
    return first(same(refused.failed, true), holds(refused.stderr(), "R0722", "tei"));
  },
}, only);

const cached = await gateway(command, {
  settings: settingsFor({ alpha: up.url, models: { letters: { kind: "openai", url } }, encoder: "letters", cache: { similarity: 0.98 } }),
  text: `policy front serves "auto"
model small { provider: alpha  name: "small-1" }
signal greets = similar(["hello there"]) or else 0
otherwise { model = small  cache = semantic }
always { rule warm when greets >= 0.9 { header "x-warm" = "yes" } }
`,
});
await run(results, "the semantic cache", {
  async "a question that means nearly the same has the same answer"() {
    if (cached.failed) return cached.stderr();
    const put = async (words, more = {}) => (await post(cached.listen, path, JSON.stringify({ model: "auto", messages: [{ role: "user", content: words }], ...more }))).header("x-signalbox-cache");
    return first(same(await put("how do I reset my password"), "miss"), same(await put("how do I reset my password?"), "hit"), same(await put("what is the weather in Kyoto"), "miss"),
      same(await put("how do I reset my password", { temperature: 0 }), "miss"));
  },
  async "a signal by the same encoder"() {
    await post(cached.listen, path, chat("hello there!"));
    return same(up.last().header("x-warm"), "yes");
  },
}, only);
if (!cached.failed) await cached.stop();

classifier.close();
classifier.closeAllConnections();
await up.stop();
process.exit(results.end());
