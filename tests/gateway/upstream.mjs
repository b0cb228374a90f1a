// SPDX-License-Identifier: Apache-2.0
// A provider of models that does as it is told: speaks every interface over HTTP/1.1, keeps each request byte for byte, and fails in all
// the ways providers do. In a test: `const up = await upstream()`; alone: node upstream.mjs [PORT]
import { createServer } from "node:net";
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { answer, failure, familyOf } from "./answers.mjs";
import { CRLF, Reader, bodyOf, header, readHead, whole } from "./wire.mjs";

const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const encodings = { gzip: gunzipSync, zstd: zstdDecompressSync, br: brotliDecompressSync };

/**
 * How a request is answered. All members may be left out.
 *   delay        ms before the head
 *   hang         "head": never a byte · N: no more after N events (or pieces of the body)
 *   reset        "head": instead of an answer · N: after N events
 *   cut          N: an orderly end of the connection after N events
 *   garbage      "head": bytes that are no HTTP · "body": a chunk of a size that is none · "json": a body that is no document
 *   status       an error, with `retry_after` (seconds), `retry_after_ms`, `text`
 *   pace         ms between events, or between pieces of a body
 *   piece        bytes of such a piece; 1 trickles
 *   length       a content-length that is not true
 *   say          the words of the answer
 *   big          bytes of words
 *   headers      added to the head; `interim`: statuses of 1xx before it
 *   body         bytes instead of what would be answered; `type`: its content type
 *   framing      "chunked": a document in chunks · "close": one that ends with the connection
 *   close        the connection ends after the answer
 *   fail_after   N: an event `error` after N events, as providers send when they fail in the middle of a stream
 */
export async function upstream({ port = 0, behaviour = {}, models, path } = {}) {
  const requests = [], queue = [], sockets = new Set(), waiting = [];
  let usual = behaviour, accepted = 0, aborted = 0, active = 0;

  const server = createServer({ noDelay: true, allowHalfOpen: false }, (socket) => {
    ++accepted;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    serve(socket).catch((error) => { if (!socket.destroyed) console.error("upstream:", error); socket.destroy(); });
  });

  async function serve(socket) {
    const reader = new Reader(socket);
    for (;;) {
      reader.mark();
      const head = await readHead(reader);
      if (!head) return;
      const [method, target] = head.start.split(" ");
      if (/100-continue/i.test(header(head.headers, "expect") ?? "")) socket.write(`HTTP/1.1 100 Continue${CRLF}${CRLF}`);
      const { body, complete } = await whole(bodyOf(reader, head, { request: true }));
      if (!complete) { ++aborted; return; }
      const decode = encodings[header(head.headers, "content-encoding")];
      let json = {};
      try { json = body.length ? JSON.parse((decode ? decode(body) : body).toString()) : {}; } catch { /* answered by what it is */ }
      const request = { method, target, headers: head.headers, header: (name) => header(head.headers, name), body, text: body.toString(), json, raw: reader.raw(), at: Date.now() };
      requests.push(request);
      for (const one of waiting.splice(0)) one();
      const how = queue.shift() ?? (typeof usual === "function" ? usual(request) : usual);
      ++active;
      try {
        request.done = await respond(socket, request, how);
      } finally {
        --active;
      }
      if (socket.destroyed) return;
      if (how.close || how.framing === "close" || /\bclose\b/i.test(header(head.headers, "connection") ?? "")) return void socket.end();
    }
  }

  /** False once the other side is gone. Waits while it takes nothing more. */
  async function write(socket, bytes) {
    if (socket.destroyed) return false;
    if (!socket.write(bytes)) await new Promise((resolve) => { socket.once("drain", resolve); socket.once("close", resolve); });
    return !socket.destroyed;
  }
  const gone = (socket) => new Promise((resolve) => (socket.destroyed ? resolve() : socket.once("close", resolve)));

  async function respond(socket, request, how) {
    if (how.delay) await after(how.delay);
    if (how.hang === "head") { await gone(socket); return "gone"; }
    if (how.reset === "head") { socket.resetAndDestroy(); return "reset"; }
    if (how.garbage === "head") { await write(socket, Buffer.from([0x16, 0x03, 0x01, 0, 255, 13, 10, 13, 10, 0])); socket.end(); return "garbage"; }
    for (const status of how.interim ?? []) await write(socket, `HTTP/1.1 ${status} Early${CRLF}x-early: ${status}${CRLF}${CRLF}`);
    const words = how.big ? "word ".repeat(Math.ceil(how.big / 5)).slice(0, how.big) : how.say;
    const made = how.status && how.status >= 400
      ? failure(familyOf(request.target), how.status, how.text ?? `status ${how.status} as told`)
      : answer(request.method === "HEAD" ? "GET" : request.method, request.target, request.json, { say: words, models });
    const headers = [["x-request-id", `req_${requests.length}`], ["openai-processing-ms", "7"], ["x-ratelimit-remaining-requests", "99"]];
    if (how.retry_after !== undefined) headers.push(["retry-after", String(how.retry_after)]);
    if (how.retry_after_ms !== undefined) headers.push(["retry-after-ms", String(how.retry_after_ms)]);
    headers.push(...Object.entries(how.headers ?? {}).flatMap(([name, value]) => [value].flat().map((one) => [name, one])));
    const streamed = made.events && !how.body;
    const body = how.body !== undefined ? Buffer.from(how.body) : how.garbage === "json" ? Buffer.from('{"id": "chat\xff\x00', "latin1") : Buffer.from(JSON.stringify(made.json) ?? "");
    const pieces = streamed ? made.events : how.piece ? Array.from({ length: Math.ceil(body.length / how.piece) }, (_, i) => body.subarray(i * how.piece, (i + 1) * how.piece)) : [body];
    if (how.close) headers.push(["connection", "close"]);
    headers.push(["content-type", how.type ?? (streamed ? "text/event-stream; charset=utf-8" : "application/json")]);
    const chunked = streamed || how.framing === "chunked";
    if (chunked) headers.push(["transfer-encoding", "chunked"]);
    else if (how.framing !== "close") headers.push(["content-length", String(how.length ?? body.length)]);
    const head = `HTTP/1.1 ${made.status} Told${CRLF}` + headers.map(([name, value]) => `${name}: ${value}${CRLF}`).join("") + CRLF;
    request.sent = [];
    const send = (bytes) => { request.sent.push(Buffer.from(bytes)); return write(socket, chunked ? chunk(bytes) : bytes); };
    if (chunked || how.pace || how.piece || how.hang !== undefined || how.reset !== undefined || how.cut !== undefined) {
      if (!(await write(socket, head))) return "gone";
    } else {
      request.sent.push(body);
      return (await write(socket, Buffer.concat([Buffer.from(head), request.method === "HEAD" ? Buffer.alloc(0) : body]))) ? "whole" : "gone";
    }
    for (const [index, piece] of pieces.entries()) {
      if (index === how.hang) { await gone(socket); return "gone"; }
      if (index === how.reset) { await after(20); socket.resetAndDestroy(); return "reset"; }
      if (index === how.cut) { socket.end(); return "cut"; }
      if (index === how.fail_after) {
        await send(familyOf(request.target) === "anthropic"
          ? `event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`
          : `data: {"error":{"message":"the model fell over","type":"server_error","param":null,"code":null}}\n\n`);
        break;
      }
      if (how.garbage === "body" && index === 1) { await after(50); await write(socket, `zz${CRLF}not a chunk`); socket.end(); return "garbage"; }
      if (!(await send(piece))) return "gone";
      if (how.pace) await after(how.pace);
    }
    if (chunked && !(await write(socket, `0${CRLF}${CRLF}`))) return "gone";
    return "whole";
  }

  await new Promise((resolve, reject) => { server.once("error", reject); path ? server.listen(path, resolve) : server.listen(port, "127.0.0.1", 4096, resolve); });
  const address = path ? `unix:${path}` : `127.0.0.1:${server.address().port}`;
  return {
    address, url: path ? address : `http://${address}`, requests, models,
    get accepted() { return accepted; },
    get aborted() { return aborted; },
    get active() { return active; },
    get connections() { return sockets.size; },
    last: () => requests.at(-1),
    /** How requests are answered from now on: a behaviour, or a function from the request to one. */
    behave(how = {}) { usual = how; },
    /** How the next requests are answered, one each. */
    next(...how) { queue.push(...how); },
    forget() { requests.length = 0; queue.length = 0; usual = {}; },
    /** Once there have been that many requests. */
    async seen(count, ms = 5000) {
      const late = Date.now() + ms;
      while (requests.length < count) {
        if (Date.now() > late) throw new Error(`upstream: ${requests.length} requests of ${count} within ${ms} ms`);
        await Promise.race([new Promise((resolve) => waiting.push(resolve)), after(50)]);
      }
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const chunk = (bytes) => { const data = Buffer.from(bytes); return Buffer.concat([Buffer.from(data.length.toString(16) + CRLF), data, Buffer.from(CRLF)]); };

if (process.argv[1] === import.meta.filename) {
  const up = await upstream({ port: Number(process.argv[2] ?? 0) });
  console.log(JSON.stringify({ event: "ready", listen: up.address }));
}
