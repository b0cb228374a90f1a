// SPDX-License-Identifier: Apache-2.0
// A run of `signalbox serve` in a folder of its own: started, waited for, asked, stopped.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { call } from "./wire.mjs";

export const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
/** Asks until the answer is true: what it was, or what it was at last. */
export async function until(ask, ms = 5000) {
  for (const late = Date.now() + ms; ; await after(20)) {
    const got = await ask();
    if (got || Date.now() > late) return got;
  }
}

/** Two models of two providers; `urgent` and `attack` in a text say where it goes. `mark` differs from one version to the next. */
export const policy = ({ mark = "1", urgent = "urgent" } = {}) => `policy front serves "auto"

model small { provider: alpha  name: "small-1"  can: [tools, vision, json] }
model large { provider: beta   name: "large-1"  can: [tools, vision, json] }

signal urgent = keywords(any: ["${urgent}"])
signal attack = pattern("ignore (all )?previous instructions")

strict tier safety { route blocked when attack { deny 403 "This request was blocked." } }

route emergency when urgent { model = large, then small }
otherwise { model = small, then large }

always { rule mark when urgent { header "x-mark" = "${mark}" } }

test "a calm customer" {
  given  { text: "hello" }
  expect { model: small }
}
`;

const token = "admin-token-of-a-test";

/** Settings for these upstreams, as members of the YAML file. */
export const settingsFor = ({ alpha, beta, ...more }) => ({
  listen: "127.0.0.1:0",
  admin: { listen: "127.0.0.1:0", token_file: "admin.token" },
  policy: { path: "policy.sbx", watch: false },
  providers: {
    alpha: { kind: "vllm", endpoints: [alpha].flat().map((url) => ({ url })), key_env: "ALPHA_KEY" },
    beta: { kind: "vllm", endpoints: [beta ?? alpha].flat().map((url) => ({ url })), key_env: "BETA_KEY" },
  },
  ...more,
});

/** Lays members over members. */
export function laid(below, above) {
  const all = { ...below };
  for (const [name, value] of Object.entries(above)) {
    const both = value && all[name] && typeof value === "object" && typeof all[name] === "object" && !Array.isArray(value);
    all[name] = both ? laid(all[name], value) : value;
  }
  return all;
}

/** `settings` are written as JSON, which is YAML; a string as it is. `before` is put before the command: `["prlimit", …]`. */
export async function gateway(command, { settings, text = policy(), files = {}, env = {}, args = [], before = [], folder } = {}) {
  folder ??= mkdtempSync(join(tmpdir(), "signalbox-gateway-"));
  const put = (name, content) => { mkdirSync(join(folder, name, ".."), { recursive: true }); writeFileSync(join(folder, name), content, { mode: 0o600 }); };
  put("policy.sbx", text);
  put("admin.token", token);
  for (const [name, content] of Object.entries(files)) put(name, content);
  put("settings.yaml", typeof settings === "string" ? settings : JSON.stringify(settings, null, 1));
  const [program, ...rest] = [...before, command, "serve", "--config", join(folder, "settings.yaml"), ...args];
  const process_ = spawn(program, rest, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ALPHA_KEY: "sk-alpha", BETA_KEY: "sk-beta", ...env },
  });
  let stdout = "", stderr = "";
  const exited = new Promise((resolve) => process_.on("exit", (status, signal) => resolve(signal ?? status)));
  process_.stderr.on("data", (part) => (stderr += part));
  const ready = new Promise((resolve) => process_.stdout.on("data", (part) => {
    stdout += part;
    if (stdout.includes("\n")) resolve(true);
  }));
  const started = await Promise.race([ready, exited, after(60_000).then(() => "late")]);
  const result = {
    folder, token, put, exited,
    pid: process_.pid,
    stdout: () => stdout,
    stderr: () => stderr,
    signal: (name) => process_.kill(name),
    /** SIGTERM; the status. SIGKILL if that takes longer than `ms`. */
    async stop(ms = 10_000) {
      process_.kill("SIGTERM");
      const timer = setTimeout(() => process_.kill("SIGKILL"), ms);
      const status = await exited;
      clearTimeout(timer);
      rmSync(folder, { recursive: true, force: true });
      return status;
    },
    async kill() {
      process_.kill("SIGKILL");
      return exited;
    },
    read: (name) => readFileSync(join(folder, name), "utf8"),
  };
  if (started !== true) {
    process_.kill("SIGKILL");
    return { ...result, failed: true, status: started };
  }
  const line = JSON.parse(stdout.slice(0, stdout.indexOf("\n")));
  const ask = async (method, target, body, headers = {}) => call(line.admin, method, target, { authorization: `Bearer ${token}`, ...headers }, body);
  return Object.assign(result, {
    line, listen: line.listen, admin: line.admin, url: `http://${line.listen}`, ask,
    status: async () => (await ask("GET", "/admin/status")).json(),
    metrics: async () => (await ask("GET", "/metrics")).text,
    /** Of /proc: bytes in memory, open files. */
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${line.pid}/status`, "utf8"))[1]) * 1024,
  });
}

/** A gateway that has to start: else the test ends here, with what it said. */
export async function started(command, options) {
  const served = await gateway(command, options);
  if (!served.failed) return served;
  console.log(`the gateway did not start: ${served.status}\n${served.stderr()}`);
  process.exit(1);
}

/** The documents of a file of lines that is being written: whole lines; none of a file that is not there, or is just being renamed. */
export function linesOf(path) {
  let text = "";
  try { text = readFileSync(path, "utf8"); } catch { return []; }
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

/** The line of the decision log about an answer, once it is there. */
export const logged = (served, answer, name = "decisions.jsonl") =>
  until(() => linesOf(join(served.folder, name)).find((line) => line.id === answer.header("x-signalbox-decision")));

/** Runs cases; one that throws is a failed one, and the next goes on. `cases`: name → function that gives a problem, or nothing. */
export async function run(results, group, cases, only) {
  for (const [name, test] of Object.entries(cases)) {
    if (only && !`${group}: ${name}`.includes(only)) continue;
    let problem;
    const started = Date.now();
    try {
      problem = await Promise.race([test(), after(120_000).then(() => "not done within two minutes")]);
    } catch (error) {
      problem = error?.stack ?? String(error);
    }
    results.expect(`${group}: ${name}`, problem || null);
    if (process.env.SBX_TIMES) console.log(`${Date.now() - started} ms ${group}: ${name}`);
  }
}

export const same = (got, wanted, what = "") =>
  JSON.stringify(got) === JSON.stringify(wanted) ? null : `${what ? `${what}: ` : ""}got ${JSON.stringify(got)}, expected ${JSON.stringify(wanted)}`;
export const holds = (text, ...words) => words.map((word) => (String(text).includes(word) ? null : `\`${word}\` is not in: ${String(text).slice(0, 2000)}`)).find(Boolean) ?? null;
/** The first that is a problem. */
export const first = (...problems) => problems.find(Boolean) ?? null;
/** What a promise was refused with. */
export const thrown = (promise) => Promise.resolve(promise).then(() => null, (error) => error);
