// SPDX-License-Identifier: Apache-2.0
// Policies swapped while they serve: node reloads.mjs SIGNALBOX [SECONDS [A_SECOND]]. Two versions take turns; each answer must come from the
// version that its headers name. Prints requests, loads, failures, misrouted requests, and memory along the way.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, gateway, policy, settingsFor } from "../gateway/gateway.mjs";
import { upstream } from "../gateway/upstream.mjs";
import { post } from "../gateway/wire.mjs";

const [command, seconds = 60, rate = 20] = process.argv.slice(2);
const kClients = 8;
const up = await upstream({ behaviour: (request) => ({ headers: { "x-seen": request.header("x-mark") ?? "" }, say: "ok" }) });
const served = await gateway(command, { settings: settingsFor({ alpha: up.url }), text: policy({ mark: "1" }) });
if (served.failed) throw new Error(served.stderr());

/** A version as an object, and its revision. */
const objects = ["1", "2"].map((mark) => {
  const text = join(served.folder, `v${mark}.sbx`), object = join(served.folder, `v${mark}.so`);
  served.put(`v${mark}.sbx`, policy({ mark }));
  const built = spawnSync(command, ["build", text, "-o", object], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(built.stderr);
  return { mark, bytes: readFileSync(object), revision: JSON.parse(spawnSync(command, ["inspect", object, "--format", "json"], { encoding: "utf8" }).stdout).policy.revision };
});
const markOf = new Map(objects.map(({ mark, revision }) => [`front@${revision}`, mark]));

const counts = { requests: 0, failed: 0, misrouted: 0, loads: 0, refused: 0 };
const until = Date.now() + seconds * 1000, memory = [];
async function client() {
  const body = JSON.stringify({ model: "auto", messages: [{ role: "user", content: "urgent" }] });
  while (Date.now() < until) {
    const answer = await post(served.listen, "/v1/chat/completions", body);
    ++counts.requests;
    if (answer?.status !== 200) ++counts.failed;
    else if (markOf.get(answer.header("x-signalbox-policy")) !== answer.header("x-seen")) ++counts.misrouted;
    up.requests.length = 0;
  }
}
async function loader() {
  for (let n = 0, next = Date.now(); Date.now() < until; ++n, next += 1000 / rate) {
    const answer = await served.ask("POST", "/admin/policies", objects[n % 2].bytes, { "content-type": "application/octet-stream" });
    if (answer.status === 200) ++counts.loads;
    else ++counts.refused;
    if (n % (rate * 10) === 0) memory.push(Math.round(served.memory() / 1e5) / 10);
    await after(Math.max(0, next - Date.now()));
  }
}
await Promise.all([loader(), ...Array.from({ length: kClients }, client)]);
console.log(JSON.stringify({ seconds: Number(seconds), ...counts, memory_mb: memory }));
await served.stop();
await up.stop();
process.exit(counts.failed + counts.misrouted + counts.refused === 0 ? 0 : 1);
