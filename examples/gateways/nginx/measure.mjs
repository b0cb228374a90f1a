// SPDX-License-Identifier: Apache-2.0
// What a decision adds to a request of nginx: time on the processor of its worker, beside the same proxying without a policy. `./run` starts it.
import { readFileSync, writeFileSync } from "node:fs";
import { children, Client, cpu_us, Process, until } from "../testing/harness.mjs";

const { FOLDER, POLICY, SIGNALBOX_LIBRARY, NGINX = "nginx" } = process.env;
const here = new URL(".", import.meta.url).pathname.replace(/\/$/, "");
const user = process.getuid() === 0 ? "user root;\n" : "";
const Requests = 6000, Rounds = 5;

// The provider is an nginx too, so that its work is not counted with the gateway's.
writeFileSync(
  `${FOLDER}/provider.conf`,
  `${user}daemon off; pid ${FOLDER}/provider.pid; worker_processes 1; error_log ${FOLDER}/provider.log;
events {} http { access_log off; client_body_temp_path ${FOLDER}/body2; keepalive_requests 1000000;
  server { listen unix:${FOLDER}/local.sock; location / { return 200 "{}"; } } }\n`,
);
const values = { HERE: here, FOLDER, LIBRARY: SIGNALBOX_LIBRARY, POLICY, KEEP_BODY: "true" };
values.MEASURE = `location /plain/ { set $signalbox_host local; proxy_pass http://local; }
    location /read/ { access_by_lua_block { ngx.req.read_body() local body = ngx.req.get_body_data() } set $signalbox_host local; proxy_pass http://local; }
    location /lua/ { access_by_lua_block { local a = 1 } set $signalbox_host local; proxy_pass http://local; }`;
const text = readFileSync(`${here}/nginx.conf.in`, "utf8").replace(/@([A-Z_]+)@/g, (_, name) => values[name]).replace("worker_processes 2", "worker_processes 1").replace("access_log off;", "access_log off; keepalive_requests 1000000;");
writeFileSync(`${FOLDER}/measure.conf`, user + text);
const provider = await new Process(NGINX, "-p", FOLDER, "-c", `${FOLDER}/provider.conf`, "-e", `${FOLDER}/provider.log`).ready(`${FOLDER}/local.sock`);
const nginx = await new Process(NGINX, "-p", FOLDER, "-c", `${FOLDER}/measure.conf`, "-e", `${FOLDER}/error.log`).ready(`${FOLDER}/admin.sock`);
await until(() => children(nginx.pid).length === 1, "nginx has its worker");
const client = new Client(`${FOLDER}/gateway.sock`, { connections: 4 });
const body = JSON.stringify({ model: "auto", messages: [{ role: "user", content: "Is there a train from Riga to Vilnius on Sunday, and what does it cost? ".repeat(10) }] });

async function cost(path, headers, count) {
  const [worker] = children(nginx.pid);
  const before = cpu_us(worker);
  let left = count, failed = 0;
  await Promise.all(Array.from({ length: 4 }, async () => {
    while (left-- > 0) if ((await client.ask(body, { path, headers })).status !== 200) ++failed;
  }));
  if (failed) throw new Error(`${failed} requests of ${path} failed`);
  return (cpu_us(worker) - before) / count;
}
const kinds = [
  ["without a policy", "/plain/x", {}],
  ["Lua that does nothing", "/lua/x", {}],
  ["Lua that reads the body", "/read/x", {}],
  ["decided by the head, body untouched", "/v1/chat/completions", { "x-lane": "bulk" }],
  ["decided by the body (730 bytes), model replaced", "/v1/chat/completions", {}],
];
for (const [, path, headers] of kinds) await cost(path, headers, 2000);
const costs = kinds.map(() => []);
for (let round = 0; round < Rounds; ++round) for (const [index, [, path, headers]] of kinds.entries()) costs[index].push(await cost(path, headers, Requests));
const least = costs.map((all) => Math.min(...all));
console.log("time of the worker's processor for a request, the least of five rounds of 6,000:");
for (const [index, [name]] of kinds.entries()) console.log(`  ${name.padEnd(50)} ${least[index].toFixed(1).padStart(6)} µs   ${index ? (least[index] < least[0] ? "" : "+") + (least[index] - least[0]).toFixed(1) + " µs" : ""}`);
client.close();
await nginx.stop();
await provider.stop();
