// SPDX-License-Identifier: Apache-2.0
// Two gateways that share a real Redis, and its outage: node redis.mjs SIGNALBOX [ONLY]
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { report } from "../npm/cases.mjs";
import { first, gateway, holds, run, same, settingsFor, until } from "./gateway.mjs";
import { upstream } from "./upstream.mjs";
import { post } from "./wire.mjs";

const [command, only] = process.argv.slice(2);
const results = report();
const folder = mkdtempSync(join(tmpdir(), "signalbox-redis-")), socket = join(folder, "redis.sock");
const start = () => spawn("redis-server", ["--port", "0", "--unixsocket", socket, "--dir", folder, "--appendonly", "yes"], { stdio: "ignore" });
let redis = start();
const up = await upstream();
const policy = `policy front serves "auto"
model small { provider: alpha  name: "small-1"  output: 10  price: { in: $1/M, out: $100/M } }
model large { provider: beta   name: "large-1"  output: 10  price: { in: $1/M, out: $100/M } }
strict budget spend: $0.05 per year or else $0
state good: reputation per model
on feedback when quality? { learn good }
otherwise { model = choose [small, large] by good, then deny 402 "The budget is spent." }
`;
const settings = settingsFor({ alpha: up.url, state: { store: `redis+unix:${socket}` } });
const one = await gateway(command, { settings, text: policy }), two = await gateway(command, { settings, text: policy });
if (one.failed || two.failed) {
  console.log(`a gateway did not start\n${one.stderr()}\n${two.stderr()}`);
  process.exit(1);
}
const chat = { model: "auto", messages: [{ role: "user", content: "hello" }] };
const ask = (gateway) => post(gateway.listen, "/v1/chat/completions", chat);
const model = async (gateway) => (await ask(gateway)).header("x-signalbox-model");
const store = async (gateway) => (await gateway.status()).store;
await until(async () => (await store(one)).good && (await store(two)).good);

await run(results, "redis", {
  async "what one learns the other goes by"() {
    const answer = await ask(one);
    const told = await post(one.listen, "/v1/feedback", { decision: answer.header("x-signalbox-decision"), quality: 0 });
    return first(same(told.status, 202), same(await model(one), "large"), same(await until(async () => (await model(two)) === "large"), true));
  },
  async "a strict budget holds over both"() {
    const answers = await Promise.all(Array.from({ length: 150 }, (_, i) => ask(i % 2 ? one : two)));
    const served = answers.filter((answer) => answer.status === 200).length, refused = answers.filter((answer) => answer.status === 402).length;
    return first(same(served + refused, answers.length), served > 0 ? null : "nobody was served", refused > 0 ? null : "nobody was refused");
  },
  async "an outage is said, and nothing that must be counted is done"() {
    redis.kill("SIGKILL");
    const said = await until(async () => !(await store(one)).good), during = await ask(one);
    return first(same(said, true), holds((await store(one)).trouble, "does not answer"), same(during.status, 402));
  },
  async "it goes on by itself"() {
    redis = start();
    return same(await until(async () => (await store(one)).good && (await store(two)).good, 20_000), true);
  },
}, only);

results.expect("both end well", same([await one.stop(), await two.stop()], [0, 0]));
redis.kill("SIGKILL");
await up.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(results.end());
