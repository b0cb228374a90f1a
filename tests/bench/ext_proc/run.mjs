// SPDX-License-Identifier: Apache-2.0
// What an exchange with the external processor takes, asked by Envoy's own messages over a UNIX socket: node run.mjs SIGNALBOX [ROUNDS]
// A health check by the same client is the floor: what the client, the wire and an empty answer take.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:http2";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { post, proxy } from "../../gateway/envoy.mjs";

const [command, rounds = "5000"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "signalbox-ext-proc-"));
const policy = (guard) => `policy front serves "auto"
model small { provider: alpha  name: "small-1"  can: [tools, vision, audio, json] }
model large { provider: beta   name: "large-1"  can: [tools, vision, audio, json] }
input lane: text from header("x-lane") or else "live"
signal urgent = keywords(any: ["urgent", "asap"])
route hurry when ${guard} { model = large, then small }
otherwise { model = small, then large }
`;
const body = JSON.stringify({ model: "auto", messages: [{ role: "user", content: `urgent ${"words of a prompt ".repeat(110)}` }] });

async function serve(guard) {
  const file = join(folder, "policy.sbx"), path = join(folder, "socket");
  writeFileSync(file, policy(guard));
  const child = spawn(command, ["ext-proc", file, "--listen", `unix:${path}`, "--quiet"], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return { address: `unix:${path}`, path, stop: () => (child.kill(), new Promise((resolve) => child.on("exit", resolve))) };
}

const at = (sorted, share) => sorted[Math.floor(sorted.length * share)];
async function measure(name, one) {
  const times = [];
  for (let i = -200; i < Number(rounds); ++i) {
    const begin = process.hrtime.bigint();
    await one();
    if (i >= 0) times.push(Number(process.hrtime.bigint() - begin) / 1000);
  }
  times.sort((a, b) => a - b);
  console.log(JSON.stringify({ exchange: name, p50_us: Math.round(at(times, 0.5)), p95_us: Math.round(at(times, 0.95)), p99_us: Math.round(at(times, 0.99)) }));
}

/** The same bytes by Node's own HTTP/2, without a library of gRPC: what comes back is one frame of data for each message. */
function bare(path, messages) {
  const session = connect("http://localhost", { createConnection: () => createConnection(path) });
  const framed = messages.map((message) => {
    const bytes = Buffer.alloc(5 + message.length);
    bytes.writeUInt32BE(message.length, 1);
    message.copy(bytes, 5);
    return bytes;
  });
  return {
    close: () => session.close(),
    one: () => new Promise((resolve) => {
      const stream = session.request({ ":method": "POST", ":path": "/envoy.service.ext_proc.v3.ExternalProcessor/Process", "content-type": "application/grpc", te: "trailers" });
      let next = 1;
      stream.on("data", () => (next < framed.length ? stream.write(framed[next++]) : (stream.end(), resolve())));
      stream.on("error", () => {});
      stream.write(framed[0]);
    }),
  };
}

/** What the library would send. */
function recorded(asked, talk) {
  const messages = [], serialize = asked.client.Process.requestSerialize;
  talk((message) => messages.push(serialize(message)));
  return messages;
}

const headers = { headers: Object.entries(post(undefined, { "x-lane": "fast", "user-agent": "bench", accept: "*/*", "content-length": String(body.length) })).map(([key, value]) => ({ key, raw_value: Buffer.from(value) })) };
const head = { request_headers: { headers, end_of_stream: false }, protocol_config: { request_body_mode: "BUFFERED" } };
const whole = { request_body: { body: Buffer.from(body), end_of_stream: true } };

for (const [name, guard, messages] of [["head alone", 'lane == "fast"', [head]], ["head, then a body of 2 KB", "urgent", [head, whole]]]) {
  const served = await serve(guard), asked = proxy(served.address);
  if (name === "head alone") await measure("floor: a health check, @grpc/grpc-js", () => asked.check(""));
  await measure(`${name}, @grpc/grpc-js`, async () => {
    const stream = asked.open();
    for (const message of messages) {
      stream.send(message);
      await stream.next();
    }
    stream.call.end();
  });
  const wire = bare(served.path, recorded(asked, (send) => messages.forEach(send)));
  await measure(`${name}, Node's HTTP/2`, wire.one);
  wire.close();
  asked.close();
  await served.stop();
}
rmSync(folder, { recursive: true });
process.exit(0);
