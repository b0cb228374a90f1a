// SPDX-License-Identifier: Apache-2.0
// What a decision adds to a request of HAProxy: time on the processor of its process, beside the same proxying without a policy. `./run` starts it.
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { Client, Process } from "../testing/harness.mjs";

const { FOLDER, POLICY, SIGNALBOX_POLICY, HAPROXY = "haproxy" } = process.env;
const here = new URL(".", import.meta.url).pathname.replace(/\/$/, "");
const Requests = 4000, Rounds = 5;
copyFileSync(POLICY, SIGNALBOX_POLICY);

// The provider is a HAProxy too, so that its work is not counted with the gateway's.
writeFileSync(`${FOLDER}/provider.cfg`, `defaults\n  mode http\n  timeout client 30s\nfrontend local\n  bind unix@${FOLDER}/local.sock\n  http-request return status 200 content-type application/json string "{}"\n`);
const values = { HERE: here, FOLDER, THREADS: "1", CHECK: "" };
values.MEASURE = `frontend plain\n  bind unix@${FOLDER}/plain.sock\n  default_backend local\nfrontend waits\n  bind unix@${FOLDER}/waits.sock\n  http-request wait-for-body time 10s\n  default_backend local\n`;
writeFileSync(`${FOLDER}/measure.cfg`, readFileSync(`${here}/haproxy.cfg.in`, "utf8").replace(/@([A-Z_]+)@/g, (_, name) => values[name]));
const provider = await new Process(HAPROXY, "-db", "-f", `${FOLDER}/provider.cfg`).ready(`${FOLDER}/local.sock`);
const haproxy = await new Process(HAPROXY, "-db", "-f", `${FOLDER}/measure.cfg`).ready(`${FOLDER}/waits.sock`);
const body = JSON.stringify({ model: "auto", messages: [{ role: "user", content: "Is there a train from Riga to Vilnius on Sunday, and what does it cost? ".repeat(10) }] });

const cpu_us = () => readdirSync(`/proc/${haproxy.pid}/task`).reduce((sum, task) => sum + Number(readFileSync(`/proc/${haproxy.pid}/task/${task}/schedstat`, "utf8").split(" ")[0]) / 1000, 0);
async function cost(client, headers, count) {
  const before = cpu_us();
  let left = count, failed = 0;
  await Promise.all(Array.from({ length: 4 }, async () => {
    while (left-- > 0) if ((await client.ask(body, { headers })).status !== 200) ++failed;
  }));
  if (failed) throw new Error(`${failed} requests failed`);
  return (cpu_us() - before) / count;
}
const kinds = [
  ["without a policy", "plain", {}],
  ["waiting for the body", "waits", {}],
  ["decided by the head, model replaced", "gateway", { "x-lane": "bulk" }],
  ["decided by the body (730 bytes), model replaced", "gateway", {}],
].map(([name, socket, headers]) => ({ name, headers, client: new Client(`${FOLDER}/${socket}.sock`, { connections: 4 }), costs: [] }));
for (const kind of kinds) await cost(kind.client, kind.headers, 1000);
for (let round = 0; round < Rounds; ++round) for (const kind of kinds) kind.costs.push(await cost(kind.client, kind.headers, Requests));
const least = kinds.map((kind) => Math.min(...kind.costs));
console.log("time of HAProxy's processor for a request, the least of five rounds of 4,000:");
for (const [index, { name }] of kinds.entries()) console.log(`  ${name.padEnd(50)} ${least[index].toFixed(1).padStart(6)} µs   ${index ? (least[index] < least[0] ? "" : "+") + (least[index] - least[0]).toFixed(1) + " µs" : ""}`);
for (const { client } of kinds) client.close();
await haproxy.stop();
await provider.stop();
