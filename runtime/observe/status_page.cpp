// SPDX-License-Identifier: Apache-2.0
#include "runtime/observe/status_page.h"

namespace sbx::observe {

std::string_view status_page() {
  return R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Signalbox</title>
<link rel="icon" href="data:,">
<style>
:root {
  color-scheme: light dark;
  --page: #f5f6f8; --card: #fff; --line: #e0e3e8; --text: #191d24; --quiet: #59616e; --accent: #2257d6; --soft: #e6edfc;
  --good: #166c3b; --good-soft: #dcf3e4; --bad: #b3261e; --bad-soft: #fbe3e1; --warn: #825500; --warn-soft: #fbeed2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12151a; --card: #1a1e25; --line: #2d333d; --text: #e8ebf0; --quiet: #a0a8b5; --accent: #8fb0ff; --soft: #233050;
    --good: #7ddba0; --good-soft: #173524; --bad: #ff9c93; --bad-soft: #45201d; --warn: #f1c262; --warn-soft: #3d2f10;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 20px 20px 48px; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 14px; margin-bottom: 18px; }
h1 { font-size: 24px; margin: 0; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: 15px; margin: 0 0 10px; display: flex; align-items: baseline; gap: 8px; }
h2 small { font-weight: 400; color: var(--quiet); font-size: 13px; }
code, .mono { font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.spring { flex: 1; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 12px; margin-bottom: 12px; }
.figure { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px; }
.figure b { display: block; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; line-height: 1.3; }
.figure span { color: var(--quiet); font-size: 13px; }
.grid { display: grid; grid-template-columns: repeat(12, minmax(0, 1fr)); gap: 12px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; grid-column: span 6; min-width: 0; }
section.wide { grid-column: span 12; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 500; color: var(--quiet); font-size: 13px; padding: 0 10px 4px 0; white-space: nowrap; }
td { padding: 5px 10px 5px 0; border-top: 1px solid var(--line); vertical-align: middle; }
th.n, td.n { text-align: right; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
td.name { overflow-wrap: anywhere; min-width: 90px; }
.bar { background: var(--soft); border-radius: 3px; height: 8px; min-width: 70px; overflow: hidden; display: flex; }
.bar i { background: var(--accent); display: block; }
.bar i.bad { background: var(--bad); }
.pill { display: inline-block; border-radius: 99px; padding: 1px 9px; font-size: 13px; background: var(--soft); color: var(--accent); white-space: nowrap; }
.pill.good { background: var(--good-soft); color: var(--good); }
.pill.bad { background: var(--bad-soft); color: var(--bad); }
.pill.warn { background: var(--warn-soft); color: var(--warn); }
.none { color: var(--quiet); }
pre { margin: 8px 0 0; padding: 10px; background: var(--page); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 260px; overflow-y: auto; font: 13px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
form { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 24px; max-width: 430px; margin: 12vh auto 0; }
form p { margin: 6px 0 14px; color: var(--quiet); }
form div { display: flex; gap: 8px; }
input { flex: 1; min-width: 0; font: inherit; color: inherit; background: var(--page); border: 1px solid var(--line); border-radius: 7px; padding: 8px 10px; }
button { font: inherit; color: var(--card); background: var(--accent); border: 0; border-radius: 7px; padding: 8px 14px; cursor: pointer; }
button.plain { color: var(--accent); background: none; padding: 0; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
[hidden] { display: none !important; }
@media (max-width: 820px) { section { grid-column: span 12; } .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); } main { padding: 14px 12px 32px; } }
</style>
</head>
<body>
<form id="door" hidden>
  <h1>Signalbox</h1>
  <p id="door-says">The token of the settings' <code>admin</code> section. It stays in this tab.</p>
  <div><input id="token" type="password" autocomplete="off" aria-label="token" required><button>Open</button></div>
</form>
<main id="board" hidden>
  <header>
    <h1 id="policy"></h1><code id="revision" class="quiet"></code><span id="since" class="quiet"></span>
    <span class="spring"></span><span id="state" class="pill good" role="status"></span><button id="leave" class="plain" type="button">Forget the token</button>
  </header>
  <div class="figures" id="figures"></div>
  <div class="grid">
    <section class="wide"><h2>Routes <small>decisions since the start</small></h2><div class="scroll" id="routes"></div></section>
    <section class="wide"><h2>Models <small>calls since the start</small></h2><div class="scroll" id="models"></div></section>
    <section><h2>Last load</h2><div id="load"></div></section>
    <section><h2>Endpoints</h2><div class="scroll" id="endpoints"></div></section>
    <section class="wide"><h2>Generations</h2><div class="scroll" id="generations"></div></section>
    <section class="wide"><h2>Shadow <small id="shadow-says"></small></h2><div class="scroll" id="shadow"></div></section>
  </div>
</main>
<script>
"use strict";
const at = (id) => document.getElementById(id);
const KEY = "signalbox-admin-token", EVERY_MS = 2000;
let token = sessionStorage.getItem(KEY), before = null, timer = 0;

/** An element. Whatever comes from outside becomes text, never markup. */
function make(tag, attributes, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
  element.append(...inside.filter((one) => one !== null && one !== undefined).map((one) => one instanceof Node ? one : String(one)));
  return element;
}
const show = (id, ...inside) => at(id).replaceChildren(...inside.filter((one) => one !== null));
const none = (text) => make("p", { class: "none", style: "margin:0" }, text);
const pill = (kind, text) => make("span", { class: `pill ${kind}` }, text);

function table(columns, rows) {
  const cell = (tag, column, inside) => make(tag, column.startsWith("#") ? { class: "n" } : tag === "td" ? { class: "name" } : {}, inside);
  return make("table", {},
    make("thead", {}, make("tr", {}, ...columns.map((one) => cell("th", one, one.replace("#", ""))))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((one, i) => cell("td", columns[i], one ?? "–"))))));
}
function bar(...parts) {
  return make("div", { class: "bar" }, ...parts.map(([share, kind]) => make("i", { class: kind || "", style: `width:${(share * 100).toFixed(2)}%` })));
}

/** Prometheus' text: name → [{labels, value}]. */
function parse(text) {
  const all = new Map();
  for (const line of text.split("\n")) {
    const found = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (!found || line.startsWith("#")) continue;
    const labels = {};
    for (const [, name, value] of (found[2] || "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) labels[name] = value.replace(/\\(.)/g, (_, c) => c === "n" ? "\n" : c);
    if (!all.has(found[1])) all.set(found[1], []);
    all.get(found[1]).push({ labels, value: Number(found[3]) });
  }
  return all;
}
const matching = (metrics, name, labels = {}) =>
  (metrics.get(name) || []).filter((one) => Object.entries(labels).every(([key, value]) => one.labels[key] === value));
const sum = (metrics, name, labels) => matching(metrics, name, labels).reduce((total, one) => total + one.value, 0);

/** The bound of a histogram below which that share of its values lies; null: no values. */
function quantile(metrics, name, labels, share) {
  const buckets = new Map();
  for (const one of matching(metrics, `${name}_bucket`, labels)) {
    const le = one.labels.le === "+Inf" ? Infinity : Number(one.labels.le);
    buckets.set(le, (buckets.get(le) || 0) + one.value);
  }
  const sorted = [...buckets].sort((a, b) => a[0] - b[0]), total = sorted.at(-1)?.[1] || 0;
  if (!total) return null;
  const found = sorted.find(([, count]) => count >= total * share);
  return { over: found[0] === Infinity, seconds: found[0] === Infinity ? sorted.at(-2)[0] : found[0] };
}

const whole = (n) => Math.round(n).toLocaleString("en-US");
const short = (n) => n >= 1e9 ? `${(n / 1e9).toFixed(1)}G` : n >= 1e6 ? `${(n / 1e6).toFixed(1)}M` : n >= 1e4 ? `${(n / 1e3).toFixed(1)}k` : whole(n);
const rate = (n) => n === null ? "–" : n >= 100 ? whole(n) : n.toFixed(1);
const money = (n) => `$${n >= 100 ? n.toFixed(0) : n >= 1 ? n.toFixed(2) : n.toFixed(4)}`;
const bytes = (n) => n >= 2 ** 30 ? `${(n / 2 ** 30).toFixed(1)} GiB` : `${(n / 2 ** 20).toFixed(0)} MiB`;
const percent = (share) => `${(share * 100).toFixed(1)} %`;
function duration(found) {
  if (!found) return "–";
  const s = found.seconds, text = s < 0.001 ? `${+(s * 1e6).toPrecision(3)} µs` : s < 1 ? `${+(s * 1e3).toPrecision(3)} ms` : `${+s.toPrecision(3)} s`;
  return (found.over ? "> " : "≤ ") + text;
}
function ago(when) {
  const s = Math.max(0, (Date.now() - new Date(when)) / 1000);
  if (!Number.isFinite(s)) return String(when);
  return s < 90 ? `${Math.round(s)} s ago` : s < 5400 ? `${Math.round(s / 60)} min ago` : s < 129600 ? `${Math.round(s / 3600)} h ago` : `${Math.round(s / 86400)} days ago`;
}
const revision = (text) => String(text || "").replace("sha256:", "").slice(0, 12);

function perSecond(now, name, labels) {
  if (!before || now.at <= before.at) return null;
  return Math.max(0, sum(now.metrics, name, labels) - sum(before.metrics, name, labels)) / ((now.at - before.at) / 1000);
}

function figures(now, status) {
  const { metrics } = now;
  const requests = sum(metrics, "signalbox_requests_total");
  const failed = matching(metrics, "signalbox_requests_total").filter((one) => Number(one.labels.status) >= 500).reduce((total, one) => total + one.value, 0);
  const dropped = sum(metrics, "signalbox_log_lines_dropped_total") + sum(metrics, "signalbox_spans_dropped_total");
  const all = [
    [rate(perSecond(now, "signalbox_requests_total")), "requests a second"],
    [short(requests), "requests"],
    [whole(sum(metrics, "signalbox_inflight_requests")), "in flight"],
    [requests ? percent(failed / requests) : "–", "answered 5xx"],
    [duration(quantile(metrics, "signalbox_overhead_seconds", {}, 0.5)), "added, half of them"],
    [short(sum(metrics, "signalbox_tokens_total", { type: "input" }) + sum(metrics, "signalbox_tokens_total", { type: "output" })), "tokens"],
    [money(sum(metrics, "signalbox_cost_usd_total")), "by the policy's prices"],
    [bytes(sum(metrics, "process_resident_memory_bytes")), "memory"],
    [`${whole(sum(metrics, "process_open_fds"))} of ${short(sum(metrics, "process_max_fds"))}`, "open files"],
    [short(dropped), "lines and spans dropped"],
  ];
  show("figures", ...all.map(([value, what]) => make("div", { class: "figure" }, make("b", {}, value), make("span", {}, what))));
}

function routes(now) {
  const rows = matching(now.metrics, "signalbox_decisions_total").sort((a, b) => b.value - a.value), total = rows.reduce((n, one) => n + one.value, 0);
  const several = new Set(rows.map((one) => one.labels.policy)).size > 1;
  show("routes", rows.length === 0 ? none("Nothing has been decided yet.") : table(
    ["route", "outcome", "#decisions", "#a second", "#share", ""],
    rows.map(({ labels, value }) => [several ? `${labels.policy} · ${labels.route}` : labels.route, labels.outcome, whole(value),
      rate(perSecond(now, "signalbox_decisions_total", labels)), percent(value / total), bar([value / total])])));
}

function models(now) {
  const { metrics } = now, byModel = new Map();
  for (const { labels, value } of matching(metrics, "signalbox_upstream_attempts_total")) {
    const key = `${labels.policy}\n${labels.model}`;
    if (!byModel.has(key)) byModel.set(key, { policy: labels.policy, model: labels.model, provider: labels.provider, ok: 0, classes: [] });
    const one = byModel.get(key);
    if (labels.class === "ok") one.ok += value;
    else one.classes.push([labels.class, value]);
  }
  const rows = [...byModel.values()].map((one) => ({ ...one, all: one.ok + one.classes.reduce((n, [, count]) => n + count, 0) })).sort((a, b) => b.all - a.all);
  show("models", rows.length === 0 ? none("No model has been called yet.") : table(
    ["model", "provider", "#calls", "#answered", "", "failures", "#first byte, half", "#95 %", "#tokens", "#cost"],
    rows.map((one) => {
      const labels = { policy: one.policy, model: one.model };
      const failures = one.classes.sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${whole(count)}`).join(", ");
      return [one.model, one.provider, whole(one.all), percent(one.ok / one.all), bar([one.ok / one.all], [1 - one.ok / one.all, "bad"]), failures || "–",
        duration(quantile(metrics, "signalbox_upstream_ttft_seconds", labels, 0.5)), duration(quantile(metrics, "signalbox_upstream_ttft_seconds", labels, 0.95)),
        short(sum(metrics, "signalbox_tokens_total", { ...labels, type: "input" }) + sum(metrics, "signalbox_tokens_total", { ...labels, type: "output" })),
        money(sum(metrics, "signalbox_cost_usd_total", labels))];
    })));
}

function regions(diff) {
  if (!diff) return null;
  if (diff.equivalent) return "decides as the one before";
  const count = diff.regions?.length || 0;
  return `decides otherwise in ${count} ${count === 1 ? "region" : "regions"}`;
}

function load(status) {
  const last = status.last_load;
  if (!last) return show("load", none("Nothing has been loaded yet."));
  const findings = (last.findings?.findings || []).map((one) => `${one.severity}[${one.code}]: ${one.message}`)
    .concat((last.findings?.tests || []).filter((one) => one.status !== "passed").map((one) => `test ${one.name}: ${one.status}${one.message ? `: ${one.message}` : ""}`));
  const regionsText = (last.diff?.regions || []).map((one) => `when ${one.when}: ${one.old?.route ?? one.old?.outcome} → ${one.new?.route ?? one.new?.outcome}`);
  show("load",
    make("p", { style: "margin:0" }, pill(last.result === "active" ? "good" : "bad", last.result), " ", make("span", { class: "quiet", title: last.at }, ago(last.at)), " ", regions(last.diff)),
    last.reason ? make("p", { style: "margin:8px 0 0" }, last.reason) : null,
    findings.length + regionsText.length ? make("pre", { tabindex: "0" }, [...findings, ...regionsText].join("\n")) : null);
}

function generations(status) {
  const inflight = status.inflight || {}, canary = status.canary;
  const role = (number) => number === status.generation ? pill("good", "active") : number === canary?.generation ? pill("warn", `canary ${canary.percent ?? ""} %`)
    : number === status.shadow?.generation ? pill("", "shadow") : "";
  const rows = [];
  if (status.generation) rows.push([status.generation, status.policy?.name, make("code", {}, revision(status.policy?.revision)), ago(status.since), null, whole(inflight[status.generation] || 0), role(status.generation)]);
  for (const one of status.previous || []) rows.push([one.generation, one.policy?.name, make("code", {}, revision(one.policy?.revision)), ago(one.loaded_at), one.from, whole(one.inflight ?? inflight[one.generation] ?? 0), role(one.generation)]);
  show("generations", rows.length === 0 ? none("No policy has been loaded.") : table(["generation", "policy", "revision", "since", "from", "#in flight", ""], rows));
}

function shadow(status) {
  const now = status.shadow;
  at("shadow-says").textContent = now ? `generation ${now.generation}: ${whole(now.different)} of ${whole(now.requests)} requests would be decided otherwise` : "";
  if (!now) return show("shadow", none("No policy is tried beside the one that serves."));
  const samples = (now.samples || []).map((one) => `${one.decision}  ${one.live?.route ?? one.live?.outcome} [${(one.live?.models || []).join(", ")}] → ${one.shadow?.route ?? one.shadow?.outcome} [${(one.shadow?.models || []).join(", ")}]`);
  show("shadow", (now.moves || []).length === 0 ? none("No difference so far.") : table(["now", "in shadow", "#requests", "#share", ""],
    [...now.moves].sort((a, b) => b.count - a.count).map((one) => [one.live, one.shadow, whole(one.count), percent(one.count / now.requests), bar([one.count / now.requests])])),
    samples.length ? make("pre", { tabindex: "0" }, samples.join("\n")) : null);
}

function endpoints(status) {
  const rows = (status.endpoints || []).map((one) => [one.provider, make("span", { class: "mono" }, one.url), pill(one.state === "open" ? "bad" : one.state === "closed" ? "good" : "warn", one.state === "open" ? "circuit open" : one.state === "closed" ? "in use" : one.state)]);
  show("endpoints", rows.length === 0 ? none("No provider is set up.") : table(["provider", "address", ""], rows));
}

function draw(now, status) {
  at("policy").textContent = status.policy?.name || "no policy";
  at("revision").textContent = revision(status.policy?.revision);
  at("revision").title = status.policy?.revision || "";
  at("since").textContent = status.generation ? `generation ${status.generation}, since ${ago(status.since)}`.replace("since", "active") : "";
  document.title = `${status.policy?.name || "no policy"} · Signalbox`;
  figures(now, status);
  routes(now);
  models(now);
  load(status);
  endpoints(status);
  generations(status);
  shadow(status);
  const open = (status.endpoints || []).filter((one) => one.state === "open").length, rejected = status.last_load?.result === "rejected";
  say(status.draining ? "warn" : open || rejected ? "warn" : status.generation ? "good" : "bad",
    status.draining ? "draining" : !status.generation ? "no policy" : open ? `${open} ${open === 1 ? "circuit" : "circuits"} open` : rejected ? "last load rejected" : "serving");
}

function say(kind, text) {
  at("state").className = `pill ${kind}`;
  at("state").textContent = text;
}

function door(text) {
  clearTimeout(timer);
  token = null;
  sessionStorage.removeItem(KEY);
  at("board").hidden = true;
  at("door").hidden = false;
  if (text) at("door-says").textContent = text;
  at("token").value = "";
  at("token").focus();
}

async function look() {
  clearTimeout(timer);
  const used = token;
  try {
    const ask = (path) => fetch(path, { headers: { authorization: `Bearer ${used}` }, cache: "no-store" });
    const [status, metrics] = await Promise.all([ask("/admin/status"), ask("/metrics")]);
    if (used !== token) return;
    if (status.status === 401 || status.status === 403) return door("That is not the token.");
    if (!status.ok || !metrics.ok) throw new Error(`status ${status.ok ? metrics.status : status.status}`);
    const now = { at: Date.now(), metrics: parse(await metrics.text()) };
    draw(now, await status.json());
    before = now;
    at("door").hidden = true;
    at("board").hidden = false;
  } catch (error) {
    if (used !== token) return;
    if (at("board").hidden) return door(`The gateway does not answer (${error.message}).`);
    say("bad", "no answer");
  }
  if (!document.hidden) timer = setTimeout(look, EVERY_MS);
}

at("door").addEventListener("submit", (event) => {
  event.preventDefault();
  token = at("token").value;
  sessionStorage.setItem(KEY, token);
  before = null;
  look();
});
at("leave").addEventListener("click", () => door("The token is forgotten."));
document.addEventListener("visibilitychange", () => { if (!document.hidden && token) look(); });
if (token) look(); else door();
</script>
</body>
</html>
)html";
}

}  // namespace sbx::observe
