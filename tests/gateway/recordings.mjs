// SPDX-License-Identifier: Apache-2.0
// What `log = bodies(…)` keeps, and that it can be decided again: node recordings.mjs SIGNALBOX [ONLY].
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { report } from "../npm/cases.mjs";
import { first, gateway, holds, linesOf, run, same, settingsFor, started, until } from "./gateway.mjs";
import { upstream } from "./upstream.mjs";
import { post } from "./wire.mjs";

const [command, only] = process.argv.slice(2);
const results = report();
const up = await upstream();

const policy = (log = "bodies(first: 1KiB, keep: 6)") => `policy front

model small { provider: alpha  name: "small-1" }
model large { provider: alpha  name: "large-1" }

signal urgent = keywords(any: ["urgent"])
signal attack = keywords(any: ["attack"])
signal quiet  = keywords(any: ["quiet"])
signal mail   = keywords(any: ["mail"])

strict tier safety { route blocked when attack { deny 403 "No." } }
route emergency when urgent { model = large }
otherwise { model = small }

always {
  rule keep when not quiet { log = ${log} }
  rule mail when mail      { redact add [email]  restore = true }
}
`;
const settings = settingsFor({ alpha: up.url, recordings: { path: "recordings.jsonl" } });
const served = await started(command, { settings, text: policy() });
const file = join(served.folder, "recordings.jsonl");
const lines = () => linesOf(file);
const all = () => [...linesOf(`${file}.1`), ...lines()];
const chat = (content, more = {}) => post(served.listen, "/v1/chat/completions", JSON.stringify({ model: "auto", messages: [{ role: "user", content }], ...more }), { cookie: "secret=1", "x-team": "red" });
const kept = (answer) => until(() => all().find((line) => line.id === answer.header("x-signalbox-decision")), 2000);

await run(results, "a recording", {
  async "has what was asked and answered"() {
    up.behave({ say: "here you are" });
    const line = await kept(await chat("urgent please"));
    return first(same(line?.body, { model: "auto", messages: [{ role: "user", content: "urgent please" }] }), same([line.recorded.route, line.recorded.model, line.recorded.status], ["emergency", "large", 200]),
      holds(line.recorded.answer, "here you are"), same(line.headers["x-team"], "red"), same(line.headers.cookie, undefined), same(statSync(file).mode & 0o007, 0));
  },
  async "is there for what is denied, and for streams"() {
    const denied = await kept(await chat("attack"));
    const stream = await kept(await chat("hello", { stream: true }));
    return first(same([denied.recorded.route, denied.recorded.model], ["blocked", null]), holds(stream.recorded.answer, "data: "));
  },
  async "begins long bodies only"() {
    up.behave({ say: "y".repeat(4000) });
    const line = await kept(await chat("x".repeat(3000)));
    return first(same(line.body.length, 1024), same(line.recorded.answer.length, 1024), same(line.recorded.request_bytes > 3000, true), same(line.recorded.answer_bytes > 4000, true));
  },
  async "has no personal data that the policy takes out"() {
    up.behave({ say: "to [EMAIL_1]" });
    const answer = await chat("mail ann@example.org");
    const text = JSON.stringify(await kept(answer));
    return first(holds(answer.text, "ann@example.org"), holds(text, "[EMAIL_1]"), same(text.includes("ann@example.org"), false));
  },
  async "is not made where no rule says so"() {
    await chat("quiet");
    await kept(await chat("hello"));
    return same(all().filter((line) => JSON.stringify(line).includes("quiet")).length, 0);
  },
  async "is decided again, to the same route"() {
    const { status, stdout, stderr } = spawnSync(command, ["replay", join(served.folder, "policy.sbx"), file, "--format", "json"], { encoding: "utf8" });
    const told = JSON.parse(stdout);
    const routes = Object.fromEntries(told.routes.map((route) => [route.name, route.count]));
    const wanted = lines().filter((line) => typeof line.body === "object").reduce((count, line) => ({ ...count, [line.recorded.route]: (count[line.recorded.route] ?? 0) + 1 }), {});
    return first(same(Object.keys(wanted).filter((name) => wanted[name] !== routes[name]), [], stderr), same(told.failed, lines().filter((line) => typeof line.body === "string").length));
  },
  async "stays for as many requests as are to be kept"() {
    for (let i = 0; i < 20; ++i) await kept(await chat(`hello ${i}`));
    const there = all();
    return first(same(there.length <= 6 && there.length >= 3, true, `${there.length}`), holds(there.at(-1).body.messages[0].content, "hello 19"));
  },
  async "is counted"() {
    return holds(await served.metrics(), "signalbox_recordings_total ");
  },
}, only);
await served.stop();

await run(results, "settings", {
  async "need not have them: then nothing is kept"() {
    const one = await gateway(command, { settings: settingsFor({ alpha: up.url }), text: policy() });
    const answer = await post(one.listen, "/v1/chat/completions", JSON.stringify({ model: "auto", messages: [{ role: "user", content: "hello" }] }));
    await one.stop();
    return same(answer.status, 200);
  },
  async "must understand what the policy says"() {
    const one = await gateway(command, { settings, text: policy("bodies(frist: 1KiB)") });
    await one.kill();
    return first(same(one.failed, true), holds(one.stderr(), "is not understood"));
  },
}, only);

await up.stop();
process.exit(results.end());
