// SPDX-License-Identifier: Apache-2.0
// Many streams at once, every event of each delivered: node streams.mjs SIGNALBOX|direct [COUNT]. 300 of them, and 9000 with SBX_FULL.
import { fork } from "node:child_process";
import { report } from "../npm/cases.mjs";
import { gateway, settingsFor } from "./gateway.mjs";
import { upstream } from "./upstream.mjs";
import { dial, message } from "./wire.mjs";

const words = 20, events = words + 4;  // role, comment, words, stop, [DONE]
const pace = 200;
const body = JSON.stringify({ model: "auto", stream: true, messages: [{ role: "user", content: "x" }] });

/** In a process of its own, so that each has its descriptors: the upstream, or a client with `count` streams. */
if (process.send) {
  process.on("message", async ({ role, address, count }) => {
    if (role === "upstream") {
      const up = await upstream({ behaviour: { pace, say: Array.from({ length: words }, (_, i) => `w${i}`).join(" ") } });
      return process.send({ address: up.address });
    }
    const outcomes = { whole: 0, broken: 0, refused: 0, events: 0, problem: null };
    const one = async () => {
      const connection = dial(address);
      try {
        await connection.send(message("POST", "/v1/chat/completions", { "content-type": "application/json" }, body));
        const answer = await connection.answer();
        if (answer?.status !== 200) { ++outcomes.refused; outcomes.problem ??= answer ? `status ${answer.status}: ${answer.text.slice(0, 200)}` : `no answer: ${connection.reader.error}`; return; }
        const got = answer.text.split("\n\n").length - 1;
        outcomes.events += got;
        if (answer.complete && got === events && answer.text.endsWith("data: [DONE]\n\n") && Array.from({ length: words }, (_, i) => i).every((i) => answer.text.includes(`"w${i}`))) ++outcomes.whole;
        else ++outcomes.broken;
      } finally {
        connection.close();
      }
    };
    const running = [];
    for (let i = 0; i < count; ++i) {
      running.push(one());
      if (i % 50 === 49) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await Promise.all(running);
    process.send(outcomes);
  });
} else {
  const [command, given] = process.argv.slice(2);
  const count = Number(given ?? (process.env.SBX_FULL ? 9000 : 300));
  const results = report();
  const child = (task) => new Promise((resolve) => {
    const one = fork(import.meta.filename);
    one.send(task);
    one.once("message", (answer) => resolve({ ...answer, one }));
  });
  const up = await child({ role: "upstream" });
  const served = command === "direct" ? null : await gateway(command, { settings: settingsFor({ alpha: `http://${up.address}`, limits: { connections: count + 100 } }) });
  if (served?.failed) {
    console.log(`the gateway did not start: ${served.status}\n${served.stderr()}`);
    process.exit(1);
  }
  const address = served?.listen ?? up.address;
  const before = served?.memory() ?? 0;
  let most = 0;
  const watching = setInterval(() => (most = Math.max(most, served?.memory() ?? 0)), 100);
  const started = Date.now(), outcomes = await child({ role: "client", address, count });
  clearInterval(watching);
  const per = Math.round((most - before) / count);
  console.log(`${count} streams at once: ${outcomes.whole} whole, ${outcomes.broken} broken, ${outcomes.refused} refused; ${outcomes.events} events of ${count * events} in ${Date.now() - started} ms` + (served ? `; ${per} bytes of memory each` : ""));
  results.expect("every event of every stream", outcomes.whole === count ? null : `${outcomes.whole} of ${count} are whole; ${outcomes.problem ?? ""}`);
  if (served && count >= 1000) results.expect("at most 16 kB each", per <= 16_000 ? null : `${per} bytes`);
  outcomes.one.kill();
  if (served) results.expect("the gateway ends well", (await served.stop()) === 0 ? null : "it did not");
  up.one.kill();
  process.exit(results.end());
}
