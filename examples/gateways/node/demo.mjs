// SPDX-License-Identifier: Apache-2.0
// Decides the requests of examples/quickstart, and loads the policy again in the middle. `./run` starts it.
import { readdirSync, readFileSync } from "node:fs";
import { Router } from "./signalbox.mjs";

const folder = process.argv[2], policy = process.env.POLICY;
const router = new Router(policy);
const names = readdirSync(folder).filter((name) => name.endsWith(".json")).sort();
const started = performance.now();
for (const [index, name] of names.entries()) {
  const document = JSON.parse(readFileSync(`${folder}/${name}`, "utf8"));
  const { body, ...head } = "body" in document ? document : { body: document };
  const decision = router.decide(body, head);
  const plan = decision.candidates.map((candidate) => candidate.servedName).join(" then ") || `${decision.end.status} ${decision.end.message}`;
  console.log(`${name.padEnd(36)} ${(decision.route ?? "otherwise").padEnd(12)} ${plan}`);
  if (index === Math.floor(names.length / 2)) await router.load({ path: policy });
}
const each = ((performance.now() - started) * 1000) / names.length;
console.log(`${names.length} requests, ${each.toFixed(0)} µs each, by generations 1 and ${router.status.generation}`);
