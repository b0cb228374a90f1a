// SPDX-License-Identifier: Apache-2.0
// The interface of operators, and how policies come and go while requests are served: node admin.mjs SIGNALBOX [ONLY]
import { spawnSync } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { report } from "../npm/cases.mjs";
import { after, first, gateway, holds, laid, policy, run, same, settingsFor, started, until } from "./gateway.mjs";
import { upstream } from "./upstream.mjs";
import { call, post } from "./wire.mjs";

const [command, only] = process.argv.slice(2);
const results = report();
const up = await upstream();
const settings = settingsFor({ alpha: up.url });
const served = await started(command, { settings: laid(settings, { policy: { keep: 4 } }) });
const chat = { model: "auto", messages: [{ role: "user", content: "urgent" }] };
/** Which version of the policy serves: what its rule writes into a header of the call. */
const mark = async (where = served) => {
  const answer = await post(where.listen, "/v1/chat/completions", chat);
  return answer?.status === 200 ? up.last().header("x-mark") : `status ${answer?.status}`;
};
const load = (text, query = "", where = served) => where.ask("POST", `/admin/policies${query}`, text, { "content-type": "text/plain" });
const activate = (generation) => served.ask("POST", `/admin/policies/${generation}/activate`);
const generation = async () => (await served.status()).generation;

await run(results, "who may", {
  async "nobody without the token"() {
    const asked = [["GET", "/admin/status"], ["GET", "/admin/policies"], ["POST", "/admin/policies"], ["PUT", "/admin/shadow"], ["DELETE", "/admin/canary"], ["POST", "/admin/policies/1/activate"]];
    for (const [method, path] of asked) {
      for (const headers of [{}, { authorization: "Bearer wrong" }, { authorization: "Bearer " }, { authorization: `Basic ${served.token}` }, { authorization: `Bearer ${served.token}x` }]) {
        const answer = await call(served.admin, method, path, headers, method === "POST" ? "policy x" : undefined);
        if (answer?.status !== 401) return `${method} ${path} with ${JSON.stringify(headers)}: ${answer?.status}`;
      }
    }
  },
  async "not at the clients' door"() {
    const answers = [await call(served.listen, "GET", "/admin/status", { authorization: `Bearer ${served.token}` }), await call(served.listen, "GET", "/metrics", {})];
    return same(answers.map((one) => one?.status), [404, 404]);
  },
  async "and secrets are never said"() {
    await mark();
    const said = served.stdout() + served.stderr() + JSON.stringify(await served.status()) + (await served.metrics());
    return [served.token, "sk-alpha", "sk-beta"].find((secret) => said.includes(secret)) ?? null;
  },
}, only);

await run(results, "policies", {
  async "status"() {
    const status = await served.status();
    return first(same(typeof status.generation, "number"), same(status.policy?.name, "front"), holds(status.policy?.revision, "sha256:"), same(status.last_load?.result, "active"),
      same(status.endpoints.map((one) => one.provider).sort(), ["alpha", "beta"]), same(status.endpoints.every((one) => one.url === up.url), true), same(status.shadow, null), same(status.canary, null), same(Array.isArray(status.previous), true));
  },
  async "a text is loaded"() {
    const before = await generation(), was = await mark(), answer = await load(policy({ mark: "2" }));
    return first(same(answer?.status, 200), same(was, "1"), same(answer.json().generation > before, true), same(answer.json().diff?.equivalent, false), same(await mark(), "2"), same(await generation(), answer.json().generation));
  },
  async "one that means the same is equivalent"() {
    const answer = await load(`// another comment\n${policy({ mark: "2" })}`);
    return same(answer.json().diff?.equivalent, true);
  },
  async "back, and forward again"() {
    const now = await generation(), kept = (await served.ask("GET", "/admin/policies")).json();
    const all = (Array.isArray(kept) ? kept : kept.policies ?? kept.generations).map((one) => one.generation);
    const old = Math.min(...all), back = await activate(old), marked = await mark(), forward = await activate(now);
    return first(same(back?.status, 200), same(marked, "1"), same(forward?.status, 200), same(await mark(), "2"), same((await activate(9999))?.status, 404));
  },
  async "a dry run changes nothing"() {
    const before = await generation(), answer = await load(policy({ mark: "3" }), "?dry_run=1");
    return first(same(answer?.status, 200), same(answer.json().diff?.equivalent, false), same(await mark(), "2"), same(await generation(), before));
  },
  async "by its path"() {
    served.put("other.sbx", policy({ mark: "4" }));
    const answer = await served.ask("POST", "/admin/policies", JSON.stringify({ path: join(served.folder, "other.sbx") }), { "content-type": "application/json" });
    return first(same(answer?.status, 200), same(await mark(), "4"));
  },
  async "compiled"() {
    served.put("compiled.sbx", policy({ mark: "5" }));
    const built = spawnSync(command, ["build", join(served.folder, "compiled.sbx"), "-o", join(served.folder, "compiled.so")], { encoding: "utf8" });
    if (built.status !== 0) return built.stderr;
    const answer = await served.ask("POST", "/admin/policies", JSON.stringify({ path: join(served.folder, "compiled.so") }), { "content-type": "application/json" });
    return first(same(answer?.status, 200), same(await mark(), "5"));
  },
  async "no more are kept than `keep` says"() {
    for (const one of ["6", "7", "8", "9", "10", "11"]) await load(policy({ mark: one }));
    const kept = (await served.ask("GET", "/admin/policies")).json(), all = Array.isArray(kept) ? kept : kept.policies ?? kept.generations;
    return first(same(await mark(), "11"), all.length <= 5 ? null : `${all.length} are kept`);
  },
}, only);

const wrong = {
  "does not parse": ["policy front serves \"auto\"\nroute {", "E01"],
  "names what there is not": [policy().replace("when urgent {", "when urgnt {"), "E0201"],
  "conflicts": [policy().replace("otherwise", "route other when urgent { model = small }\notherwise"), "E0501"],
  "fails its own test": [policy().replace("expect { model: small }", "expect { model: large }"), "calm customer"],
  "is of a provider that is not there": [policy().replaceAll("provider: beta", "provider: gamma"), "gamma"],
  "is empty": ["", ""],
  "is no text": [Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]), ""],
};
await run(results, "a candidate that is not good", Object.fromEntries(Object.entries(wrong).map(([name, [text, words]]) => [name, async () => {
  const before = await mark(), running = await generation(), answer = await load(text);
  const status = await served.status();
  return first([422, 400].includes(answer?.status) ? null : `status ${answer?.status}: ${answer?.text.slice(0, 500)}`, holds(answer.text, words), same(await mark(), before), same(status.generation, running),
    answer.status === 422 ? first(same(status.last_load.result, "rejected"), holds(await served.metrics(), 'signalbox_policy_reloads_total{result="rejected"}'), served.stderr().includes("reject") || served.stdout().includes("reject") ? null : "the log says nothing") : null);
}])), only);

await run(results, "the file", {
  async "is loaded again by SIGHUP"() {
    served.put("policy.sbx", policy({ mark: "hup" }));
    served.signal("SIGHUP");
    return (await until(async () => (await mark()) === "hup")) ? null : "it is not";
  },
  async "a bad one by SIGHUP leaves the old"() {
    served.put("policy.sbx", "policy {");
    served.signal("SIGHUP");
    const seen = await until(async () => (await served.status()).last_load.result === "rejected");
    const still = await mark();
    served.put("policy.sbx", policy({ mark: "hup" }));
    return first(seen ? null : "the status does not say so", same(still, "hup"));
  },
  async "is watched: written, and replaced"() {
    const watching = await gateway(command, { settings: laid(settings, { policy: { watch: true } }) });
    if (watching.failed) return watching.stderr();
    watching.put("policy.sbx", policy({ mark: "written" }));
    const written = await until(async () => (await mark(watching)) === "written");
    writeFileSync(join(watching.folder, "new"), policy({ mark: "replaced" }));
    renameSync(join(watching.folder, "new"), join(watching.folder, "policy.sbx"));
    const replaced = await until(async () => (await mark(watching)) === "replaced");
    await watching.stop();
    return first(written ? null : "not after it was written", replaced ? null : "not after it was replaced");
  },
}, only);

await run(results, "a request keeps the policy that it began with", {
  async "while others come and go"() {
    up.behave({ pace: 20, say: Array.from({ length: 40 }, (_, i) => `w${i}`).join(" ") });
    const before = await generation();
    const running = post(served.listen, "/v1/chat/completions", { ...chat, stream: true });
    await until(async () => (await served.status()).inflight?.[before] > 0);
    const inflight = (await served.status()).inflight;
    await load(policy({ mark: "later" }));
    const answer = await running;
    up.behave({});
    const gone = await until(async () => !(await served.status()).inflight?.[before]);
    return first(same(answer?.status, 200), holds(answer.text, "[DONE]"), inflight?.[before] > 0 ? null : `in flight: ${JSON.stringify(inflight)}`, gone ? null : "it is still counted");
  },
}, only);

await run(results, "two policies at once", {
  async "a shadow decides, and changes nothing"() {
    await load(policy({ mark: "live" }));
    const live = await generation();
    await load(policy({ mark: "shadow", urgent: "asap" }));
    const shadow = await generation();
    await activate(live);
    const put = await served.ask("PUT", "/admin/shadow", JSON.stringify({ generation: shadow }), { "content-type": "application/json" });
    const marks = [await mark(), await mark()], status = await until(async () => { const now = await served.status(); return JSON.stringify(now.shadow).match(/"(differ\w*|different|changed|count)":\s*[1-9]/) ? now : null; });
    const removed = await served.ask("DELETE", "/admin/shadow");
    return first(same(put?.status, 200), same(marks, ["live", "live"]), status ? null : `no difference is counted: ${JSON.stringify((await served.status()).shadow)}`, same(removed?.status, 200), same((await served.status()).shadow, null));
  },
  async "a canary takes its share, the same users always"() {
    await load(policy({ mark: "live" }));
    const live = await generation();
    await load(policy({ mark: "canary" }));
    const canary = await generation();
    await activate(live);
    const trusted = await gateway(command, { settings: laid(settings, { trust: { headers: { "user.id": "x-user" } } }), text: policy({ mark: "live" }) });
    const first_ = (await trusted.status()).generation, second = (await load(policy({ mark: "canary" }), "", trusted)).json().generation;
    await trusted.ask("POST", `/admin/policies/${first_}/activate`);
    const put = await trusted.ask("PUT", "/admin/canary", JSON.stringify({ generation: second, percent: 25, key: "user.id" }), { "content-type": "application/json" });
    const of = async (user) => { await post(trusted.listen, "/v1/chat/completions", chat, { "x-user": user }); return up.last().header("x-mark"); };
    const seen = [];
    for (let i = 0; i < 200; ++i) seen.push(await of(`user-${i}`));
    const again = [];
    for (let i = 0; i < 50; ++i) again.push(await of(`user-${i}`));
    const share = seen.filter((one) => one === "canary").length / 200;
    const removed = await trusted.ask("DELETE", "/admin/canary"), after_ = await of("user-0");
    await trusted.stop();
    return first(same(put?.status, 200), share > 0.13 && share < 0.38 ? null : `a share of ${share}`, same(again, seen.slice(0, 50)), same(removed?.status, 200), same(after_, "live"), canary > live ? null : "generations do not grow");
  },
  async "of generations that there are not"() {
    const answers = [await served.ask("PUT", "/admin/shadow", '{"generation":9999}'), await served.ask("PUT", "/admin/canary", '{"generation":9999,"percent":5,"key":"user.id"}'), await served.ask("PUT", "/admin/canary", '{"generation":1,"percent":500,"key":"user.id"}'), await served.ask("PUT", "/admin/shadow", "{")];
    return answers.every((one) => one?.status >= 400 && one.status < 500) ? null : `statuses ${answers.map((one) => one?.status)}`;
  },
}, only);

await run(results, "reloads under load", {
  async "no request fails, and none is decided by half a policy"() {
    let going = true, served_ = 0;
    const problems = [];
    const ask = async () => {
      while (going) {
        const answer = await post(served.listen, "/v1/chat/completions", chat).catch((error) => ({ status: error.message }));
        ++served_;
        if (answer?.status !== 200 || answer.header("x-signalbox-route") !== "emergency") problems.push(`status ${answer?.status}`);
      }
    };
    const asking = Array.from({ length: 8 }, ask);
    const before = served.memory(), loads = process.env.SBX_FULL ? 1200 : 20;
    for (let i = 0; i < loads; ++i) {
      const answer = await load(policy({ mark: `m${i}` }));
      if (answer?.status !== 200) problems.push(`load: ${answer?.status} ${answer?.text.slice(0, 200)}`);
    }
    going = false;
    await Promise.all(asking);
    return first(problems.length ? `${problems.length} of ${served_}: ${problems[0]}` : null, same(await mark(), `m${loads - 1}`), served.memory() - before < 200 << 20 ? null : `memory grew by ${(served.memory() - before) >> 20} MiB`);
  },
}, only);

await run(results, "metrics", {
  async "are what Prometheus reads"() {
    const text = await served.metrics(), found = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
    const missing = ["signalbox_requests_total", "signalbox_decisions_total", "signalbox_policy_info", "process_open_fds"].find((name) => !text.includes(name));
    return first(missing ? `no ${missing}` : null, found.error ? null : same(found.status, 0, found.stdout + found.stderr));
  },
  async "count"() {
    const count = async () => Number(/^signalbox_requests_total\{[^}]*status="200"[^}]*\} (\d+)/m.exec(await served.metrics())?.[1] ?? 0);
    const before = await count();
    for (let i = 0; i < 5; ++i) await mark();
    return (await until(async () => (await count()) === before + 5)) ? null : `${(await count()) - before} of 5`;
  },
}, only);

await run(results, "signatures", {
  async "are required where the settings say so"() {
    const keys = await gateway(command, { settings });
    const openssl = (...args) => spawnSync("openssl", args, { cwd: keys.folder, encoding: "utf8" });
    openssl("genpkey", "-algorithm", "ed25519", "-out", "key.pem");
    openssl("pkey", "-in", "key.pem", "-pubout", "-out", "pub.pem");
    const built = spawnSync(command, ["build", "policy.sbx", "-o", "policy.so"], { cwd: keys.folder, encoding: "utf8" });
    const start = () => gateway(command, { settings: laid(settings, { policy: { path: "policy.so", require_signature: true, public_key: "pub.pem" } }), folder: keys.folder });
    const unsigned = await start();
    const signed_ = spawnSync(command, ["sign", "policy.so", "--key", "key.pem"], { cwd: keys.folder, encoding: "utf8" });
    const signed = await start();
    if (signed.failed) return first(same(built.status, 0, built.stderr), same(signed_.status, 0, signed_.stderr), signed.stderr());
    const text = await load(policy(), "", signed);
    await signed.kill();
    await keys.stop();
    return first(unsigned.failed ? null : "an unsigned policy serves", same(text?.status, 403));
  },
}, only);

await run(results, "a beginning", {
  async "with --check leaves at once"() {
    const checked = spawnSync(command, ["serve", "--config", join(served.folder, "settings.yaml"), "--check"], { encoding: "utf8", env: { ...process.env, ALPHA_KEY: "a", BETA_KEY: "b" } });
    return first(same(checked.status, 0, checked.stderr), checked.stdout.includes('"ready"') ? "it served" : null);
  },
  async "with settings that are wrong"() {
    const bad = await gateway(command, { settings: { ...settings, lisen: "x" } });
    return first(bad.failed ? null : "it serves", same(bad.status, 2), holds(bad.stderr(), "R0721", "did you mean `listen`?"));
  },
  async "with a policy that is wrong"() {
    const bad = await gateway(command, { settings, text: "policy {" });
    return first(bad.failed ? null : "it serves", holds(bad.stderr(), "E01"));
  },
  async "with options over the settings"() {
    const other = await gateway(command, { settings, args: ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"] });
    if (other.failed) return other.stderr();
    const status = await other.status();
    return first(same(status.generation >= 1, true), same(await other.stop(), 0));
  },
}, only);

await after(0);
results.expect("the gateway ends well", same(await served.stop(), 0));
await up.stop();
process.exit(results.end());
