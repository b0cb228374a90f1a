// SPDX-License-Identifier: Apache-2.0
// What a gateway remembers: budgets that hold, choices that learn, a file that outlives it: node state.mjs SIGNALBOX [ONLY]
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { report } from "../npm/cases.mjs";
import { first, gateway, holds, run, same, settingsFor, started } from "./gateway.mjs";
import { upstream } from "./upstream.mjs";
import { post } from "./wire.mjs";

const [command, only] = process.argv.slice(2);
const results = report();
const up = await upstream();
const chat = { model: "auto", messages: [{ role: "user", content: "hello" }] };
const settings = (store) => settingsFor({ alpha: up.url, state: { store }, trust: { headers: { "user.id": "x-user", "session.id": "x-session" } } });
const policy = `policy front serves "auto"
model small { provider: alpha  name: "small-1"  output: 10  price: { in: $1/M, out: $100/M } }
model large { provider: beta   name: "large-1"  output: 10  price: { in: $1/M, out: $100/M } }
input user.id: text or else "nobody"
strict budget spend: $0.01 per year for each user.id or else $0
state good: reputation(window: 50) per model
on feedback when quality? { learn good }
route again when session.previous_model == "large" { model = large }
otherwise { model = choose [small, large] by good, then deny 402 "The budget is spent." }
`;
const ask = (served, user, headers = {}) => post(served.listen, "/v1/chat/completions", chat, { "x-user": user, ...headers });
const model = (answer) => answer.header("x-signalbox-model");
const tell = (served, answer, more) => post(served.listen, "/v1/feedback", { decision: answer.header("x-signalbox-decision"), ...more });

const served = await started(command, { settings: settings("sqlite:state.db"), text: policy });

await run(results, "state", {
  async "feedback moves the next choice"() {
    const one = await ask(served, "ann"), told = await tell(served, one, { quality: 0 }), two = await ask(served, "ann");
    return first(same(model(one), "small"), same(told?.status, 202), same(model(two), "large"), same((await tell(served, one, { quality: 1 }))?.status, 409));
  },
  async "a strict budget is never overspent by many at once"() {
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(served, "bob")));
    const served_ = answers.filter((one) => one.status === 200).length, refused = answers.filter((one) => one.status !== 200);
    return first(served_ > 0 ? null : "nobody was served", refused.length > 0 ? null : "nobody was refused", same([...new Set(refused.map((one) => one.status))], [402]));
  },
  async "a session stays with who answered"() {
    const one = await ask(served, "ann", { "x-session": "s1" }), two = await ask(served, "ann", { "x-session": "s1" });
    return first(same(model(one), "large"), same(two.header("x-signalbox-route"), "again"));
  },
  async "another process decides by the file"() {
    const request = join(served.folder, "request.json");
    writeFileSync(request, JSON.stringify({ user: { id: "ann" }, body: chat, seed: 1 }));
    const decided = (args) => JSON.parse(spawnSync(command, ["decide", join(served.folder, "policy.sbx"), request, ...args], { encoding: "utf8" }).stdout);
    const with_ = decided(["--state", join(served.folder, "state.db")]), without = decided([]);
    const interpreted = decided(["--state", join(served.folder, "state.db"), "--engine", "interpreter"]);
    return first(same(with_.candidates[0].model, "large"), same(without.candidates[0].model, "small"), same(interpreted.selector, with_.selector));
  },
  async "a second gateway does not take the file"() {
    const second = await gateway(command, { settings: settings(`sqlite:${join(served.folder, "state.db")}`), text: policy });
    if (!second.failed) return (await second.stop(), "it started");
    return holds(second.stderr(), "R0781");
  },
  async "it is there again after kill -9"() {
    let spent = 0;
    while (spent < 1000 && (await ask(served, "bob")).status === 200) ++spent;
    await served.kill();
    const again = await gateway(command, { settings: settings("sqlite:state.db"), text: policy, folder: served.folder });
    if (again.failed) return again.stderr();
    const answer = await ask(again, "ann"), bob = await ask(again, "bob"), status = await again.status();
    const problem = first(same(model(answer), "large"), same(bob.status, 402), same(status.store.kind, "sqlite"), same(status.store.good, true), holds(again.stderr(), "good kept"));
    return first(problem, same(await again.stop(), 0));
  },
}, only);

await up.stop();
process.exit(results.end());
