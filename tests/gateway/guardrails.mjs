// SPDX-License-Identifier: Apache-2.0
// What models answer, judged before the client has it: node guardrails.mjs SIGNALBOX [ONLY].
import { report } from "../npm/cases.mjs";
import { after, first, gateway, holds, logged, run, same, settingsFor, started, until } from "./gateway.mjs";
import { upstream } from "./upstream.mjs";
import { post } from "./wire.mjs";

const [command, only] = process.argv.slice(2);
const results = report();
const up = await upstream();

const routing = `policy front

model small { provider: alpha  name: "small-1" }
model large { provider: beta   name: "large-1" }

signal watched = keywords(any: ["watched"])
signal lenient = keywords(any: ["lenient"])
signal cached  = keywords(any: ["cached"])
signal private = keywords(any: ["private"])
signal open    = keywords(any: ["open"])

first {
  route watched when watched { model = small  guardrail = "watch"  cache = exact }
  route lenient when lenient { model = small  guardrail = "lenient" }
  route cached  when cached  { model = small  guardrail = "clean"  cache = exact }
  route private when private { model = small  guardrail = "clean"  redact add [email]  restore = true }
  route open    when open    { model = small }
}
otherwise { model = small, then large  guardrail = "clean" }
`;

const answers = (mark = "sk-") => `policy answers

model answer { provider: any }

signal key    = pattern("${mark}[A-Za-z0-9]{8,}")
signal refund = keywords(any: ["refund"])
signal unsure = keywords(any: ["perhaps"])
signal mail   = pattern("ann@example\\\\.org")

first {
  route leak   when key    { deny 451 "The answer held a key." }
  route refund when refund { respond "Please ask our service." }
  route mail   when mail   { deny 452 "The answer held an address." }
}
otherwise { model = answer }

always { rule unsure when unsure { header "x-unsure" = "yes" } }

test "a key" {
  given  { text: "take ${mark}abcdefgh1" }
  expect { route: leak }
}
`;

const guardrails = {
  clean: { policy: "answers.sbx", answer_bytes: "64KiB" },
  watch: { policy: "answers.sbx", mode: "observe", watch: false },
  lenient: { policy: "answers.sbx", unjudged: "pass", answer_bytes: "64KiB" },
};
const settings = settingsFor({ alpha: up.url, guardrails, decision_log: { path: "decisions.jsonl" } });
const served = await started(command, { settings, text: routing, files: { "answers.sbx": answers() } });
const at = served.listen;
const paths = { chat: "/v1/chat/completions", messages: "/v1/messages", responses: "/v1/responses" };
const key = "here is sk-abcdefgh12345 for you";
const fresh = (cases) => Object.fromEntries(Object.entries(cases).map(([name, test]) => [name, async () => { up.forget(); return test(); }]));
const bodies = {
  chat: (text, more) => ({ model: "auto", messages: [{ role: "user", content: text }], ...more }),
  messages: (text, more) => ({ model: "auto", max_tokens: 100, messages: [{ role: "user", content: text }], ...more }),
  responses: (text, more) => ({ model: "auto", input: text, ...more }),
};
const ask = (text, more = {}, dialect = "chat") => post(at, paths[dialect], JSON.stringify(bodies[dialect](text, more)));
const says = (say) => up.behave({ say });
const record = async (answer) => (await logged(served, answer))?.guardrail;

await run(results, "a guardrail", fresh({
  async "lets an answer pass, byte for byte"() {
    says("all is well");
    const answer = await ask("hello");
    return first(same(answer.status, 200), same(answer.text, Buffer.concat(up.last().sent).toString()), same(answer.header("x-signalbox-guardrail"), "clean"), same(answer.header("x-unsure"), undefined));
  },
  async "puts its headers on the answer"() {
    says("perhaps so");
    return same((await ask("hello")).header("x-unsure"), "yes");
  },
  async "refuses an answer, in every dialect, whole or as a stream"() {
    says(key);
    for (const dialect of Object.keys(paths)) {
      for (const stream of [false, true]) {
        const answer = await ask("hello", { stream }, dialect);
        const problem = first(same(answer.status, 451, `${dialect} ${stream}: ${answer.text}`), holds(answer.text, "The answer held a key."), same(answer.text.includes("sk-abc"), false), same(answer.header("x-signalbox-guardrail"), "clean; refused"));
        if (problem) return problem;
      }
    }
  },
  async "passes a stream on, once it is whole"() {
    says("one two three");
    const answer = await ask("hello", { stream: true });
    return first(same(answer.text, Buffer.concat(up.last().sent).toString()), holds(answer.header("content-type"), "text/event-stream"));
  },
  async "says something else instead"() {
    says("you get a refund");
    const answer = await ask("hello");
    return first(same(answer.status, 200), same(answer.json().choices[0].message.content, "Please ask our service."));
  },
  async "reads what a tool is called with"() {
    up.behave({ body: JSON.stringify({ choices: [{ index: 0, message: { role: "assistant", content: null, tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: '{"k":"sk-abcdefgh12345"}' } }] } }] }) });
    return same((await ask("hello")).status, 451);
  },
  async "judges what the client would read"() {
    up.behave((request) => ({ say: `write to ${/\[EMAIL_1\]/.test(request.text) ? "[EMAIL_1]" : "nobody"}` }));
    return same((await ask("private ann@example.org")).status, 452);
  },
  async "is not asked where the route does not say so"() {
    says(key);
    const answer = await ask("open");
    return first(same(answer.status, 200), same(answer.header("x-signalbox-guardrail"), undefined));
  },
  async "is in the log"() {
    says(key);
    const refused = await record(await ask("hello"));
    says("fine");
    const passed = await record(await ask("hello"));
    return first(same([refused.name, refused.route, refused.verdict], ["clean", "leak", "refused"]), same([passed.route, passed.verdict], ["otherwise", "passed"]), holds(refused.policy, "answers@"));
  },
  async "is counted"() {
    return holds(await served.metrics(), 'signalbox_guardrail_judgements_total{guardrail="clean",route="leak",verdict="refused"}');
  },
}), only);

await run(results, "an answer that cannot be judged", fresh({
  async "is refused"() {
    up.behave({ body: "no JSON" });
    const answer = await ask("hello");
    return first(same(answer.status, 502), same((await record(answer)).verdict, "unjudged"));
  },
  async "passes where the settings say so"() {
    up.behave({ body: "no JSON" });
    const answer = await ask("lenient");
    return first(same(answer.status, 200), same(answer.text, "no JSON"), same(answer.header("x-signalbox-guardrail"), "lenient; unjudged"));
  },
  async "is one that is too long"() {
    up.behave({ big: 1 << 20 });
    return same((await ask("hello")).status, 502);
  },
  async "also as a stream, of which half could be read"() {
    up.behave({ big: 1 << 20 });
    const answer = await ask("hello", { stream: true });
    return first(same(answer.status, 502), same(answer.header("x-signalbox-guardrail"), "clean; unjudged"), same((await record(answer)).verdict, "unjudged"));
  },
  async "and passes whole where the settings say so"() {
    up.behave({ big: 1 << 20 });
    const answer = await ask("lenient");
    return first(same(answer.status, 200), same(answer.body.length, Buffer.concat(up.last().sent).length), same((await record(answer)).verdict, "unjudged"));
  },
}), only);

await run(results, "a guardrail that observes", fresh({
  async "lets all pass, and tells"() {
    says(key);
    const answer = await ask("watched", { stream: true });
    return first(same(answer.status, 200), same(answer.text, Buffer.concat(up.last().sent).toString()), same((await record(answer)).verdict, "refused"));
  },
}), only);

await run(results, "answers that are kept", fresh({
  async "are judged by who observes, too"() {
    says(key);
    await ask("watched cached");
    const again = await ask("watched cached");
    return first(same(again.header("x-signalbox-cache"), "hit"), same((await record(again)).verdict, "refused"));
  },
  async "are judged each time, and a refused one is not kept"() {
    says(key);
    const refused = await ask("cached once");
    says("fine");
    const kept = await ask("cached once");
    const again = await ask("cached once");
    return first(same([refused.status, kept.status, again.status], [451, 200, 200]), same(again.header("x-signalbox-cache"), "hit"), same(again.header("x-signalbox-guardrail"), "clean"));
  },
}), only);

await run(results, "a model that fails while its answer is held", fresh({
  async "leads to the next candidate"() {
    up.behave((request) => (request.json.model === "small-1" ? { reset: 2 } : { say: "from large" }));
    const answer = await ask("hello", { stream: true });
    return first(same(answer.status, 200), same(answer.header("x-signalbox-model"), "large"), holds(answer.text, "from"));
  },
}), only);

await run(results, "its policy", fresh({
  async "is loaded again when it changes"() {
    served.put("answers.sbx", answers("zz-"));
    says("take zz-abcdefgh1");
    const changed = await until(async () => (await ask("hello")).status === 451);
    says(key);
    return first(same(changed, true), same((await ask("hello")).status, 200));
  },
  async "goes on judging when the new one is wrong"() {
    served.put("answers.sbx", "policy answers\nroute {");
    says("take zz-abcdefgh1");
    await until(() => served.stderr().includes("is rejected"));
    await after(50);
    return first(same((await ask("hello")).status, 451), holds(served.stderr(), "guardrail clean: a policy is rejected"));
  },
}), only);
await served.stop();

await run(results, "settings", {
  async "must have the guardrails that a policy names"() {
    const one = await gateway(command, { settings: settingsFor({ alpha: up.url }), text: routing });
    await one.kill();
    return first(same(one.failed, true), holds(one.stderr(), "guardrail `watch` is not among `guardrails`"));
  },
  async "must name a policy that says something of answers only"() {
    const wrong = answers().replace("otherwise { model = answer }", "otherwise { model = answer  reasoning = high }");
    const one = await gateway(command, { settings, text: routing, files: { "answers.sbx": wrong } });
    await one.kill();
    return first(same(one.failed, true), holds(one.stderr(), "not `reasoning`"));
  },
  async "must name a policy without budgets"() {
    const spending = answers().replace(/test "a key"[^]*$/, "").replace("first {", "budget spend: $5 per day for each user.id or else $0\nfirst {\n  route broke when spend.remaining <= $0 { deny 429 \"no\" }");
    const one = await gateway(command, { settings, text: routing, files: { "answers.sbx": spending } });
    await one.kill();
    return first(same(one.failed, true), holds(one.stderr(), "has no budgets"));
  },
  async "are checked"() {
    const one = await gateway(command, { settings: { ...settings, guardrails: { clean: { policy: "answers.sbx", mode: "maybe", colour: 1 } } }, text: routing, files: { "answers.sbx": answers() } });
    await one.kill();
    return first(same(one.status, 2), holds(one.stderr(), "`enforce` and `observe`"), holds(one.stderr(), "colour"));
  },
}, only);

await up.stop();
process.exit(results.end());
