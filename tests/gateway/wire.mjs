// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 in bytes, for both ends: what came is kept as it came, and anything can be sent.
import { connect } from "node:net";

export const CRLF = "\r\n";

/** Takes bytes off a socket: whole lines, so many bytes, all that is left. `raw` keeps what was taken since `mark`. */
export class Reader {
  constructor(socket) {
    this.socket = socket;
    this.parts = [];
    this.have = 0;
    this.ended = false;
    this.error = null;
    this.taken = [];
    this.wake = () => {};
    socket.on("data", (part) => { this.parts.push(part); this.have += part.length; this.wake(); });
    socket.on("end", () => { this.ended = true; this.wake(); });
    socket.on("close", () => { this.ended = true; this.wake(); });
    socket.on("error", (error) => { this.error = error; this.ended = true; this.wake(); });
  }
  more() {
    return new Promise((resolve) => (this.wake = resolve));
  }
  all() {
    if (this.parts.length > 1) this.parts = [Buffer.concat(this.parts)];
    return this.parts[0] ?? Buffer.alloc(0);
  }
  shift(n) {
    const all = this.all(), out = all.subarray(0, n);
    this.parts = n < all.length ? [all.subarray(n)] : [];
    this.have -= n;
    this.taken.push(out);
    return out;
  }
  mark() { this.taken = []; }
  raw() { return Buffer.concat(this.taken); }
  /** With the mark at its end; null if the other side ends before. */
  async until(mark) {
    for (;;) {
      const at = this.all().indexOf(mark);
      if (at >= 0) return this.shift(at + mark.length);
      if (this.ended) return null;
      await this.more();
    }
  }
  async take(n) {
    while (this.have < n) {
      if (this.ended) return null;
      await this.more();
    }
    return this.shift(n);
  }
  /** What is there, at least one byte; null at the end. */
  async some() {
    while (this.have === 0) {
      if (this.ended) return null;
      await this.more();
    }
    return this.shift(this.have);
  }
  async rest() {
    while (!this.ended) await this.more();
    return this.shift(this.have);
  }
}

/** The first value of a header, or undefined. */
export const header = (headers, name) => headers.find(([key]) => key.toLowerCase() === name)?.[1];

/** `{start, headers}`, names as they came; null at the end of the connection. */
export async function readHead(reader) {
  const bytes = await reader.until(CRLF + CRLF);
  if (!bytes) return null;
  const [start, ...lines] = bytes.toString("latin1").slice(0, -4).split(CRLF);
  return { start, headers: lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]) };
}

async function* chunks(reader) {
  for (;;) {
    const line = await reader.until(CRLF);
    const size = line && /^[0-9a-fA-F]+/.test(line.toString("latin1")) ? parseInt(line.toString("latin1"), 16) : NaN;
    if (Number.isNaN(size)) return void (yield null);
    if (size === 0) {
      for (let trailer; (trailer = await reader.until(CRLF)) && trailer.length > 2;);
      return;
    }
    const data = await reader.take(size);
    if (!data || !(await reader.take(2))) return void (yield null);
    yield data;
  }
}

/** The pieces of a body as they come, without the framing; a null at the end if it was cut off. */
export async function* bodyOf(reader, { headers }, { request = false, status = 200, method = "GET" } = {}) {
  if (!request && (method === "HEAD" || status < 200 || status === 204 || status === 304)) return;
  if (/\bchunked\b/i.test(header(headers, "transfer-encoding") ?? "")) return void (yield* chunks(reader));
  const length = header(headers, "content-length");
  if (length === undefined && request) return;
  if (length === undefined) {
    for (let part; (part = await reader.some());) yield part;
    return;
  }
  for (let left = Number(length); left > 0;) {
    if (reader.have === 0 && !reader.ended) { await reader.more(); continue; }
    if (reader.have === 0) return void (yield null);
    const part = reader.shift(Math.min(left, reader.have));
    left -= part.length;
    yield part;
  }
}

export async function whole(pieces) {
  const parts = [];
  for await (const part of pieces) {
    if (part === null) return { body: Buffer.concat(parts), complete: false };
    parts.push(part);
  }
  return { body: Buffer.concat(parts), complete: true };
}

/** The bytes of a request. `body` of a string or bytes is sent with its length, of a list in chunks. */
export function message(method, target, headers = {}, body) {
  const lines = [`${method} ${target} HTTP/1.1`];
  const named = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  if (!named.has("host")) lines.push("host: gateway");
  for (const [name, value] of Object.entries(headers)) for (const one of [value].flat()) lines.push(`${name}: ${one}`);
  const parts = [];
  if (Array.isArray(body)) {
    lines.push("transfer-encoding: chunked");
    for (const part of body) parts.push(`${Buffer.byteLength(part).toString(16)}${CRLF}`, part, CRLF);
    parts.push(`0${CRLF}${CRLF}`);
  } else if (body !== undefined) {
    if (!named.has("content-length")) lines.push(`content-length: ${Buffer.byteLength(body)}`);
    parts.push(body);
  }
  return Buffer.concat([lines.join(CRLF) + CRLF + CRLF, ...parts].map((part) => Buffer.from(part)));
}

/** A connection of a client. `address`: `HOST:PORT` or `unix:PATH`. */
export function dial(address) {
  const socket = address.startsWith("unix:") ? connect(address.slice(5)) : connect(Number(address.slice(address.lastIndexOf(":") + 1)), address.slice(0, address.lastIndexOf(":")));
  socket.setNoDelay(true);
  const reader = new Reader(socket);
  return {
    socket, reader,
    send: (bytes) => new Promise((resolve) => socket.write(bytes, () => resolve())),
    /** The head of the next answer, and its body by pieces. 1xx are passed over, and kept in `early`. */
    async head(method = "GET") {
      reader.mark();
      const early = [];
      for (;;) {
        const head = await readHead(reader);
        if (!head) return null;
        const status = Number(head.start.split(" ")[1]);
        if (status >= 100 && status < 200) { early.push(status); continue; }
        return { status, start: head.start, headers: head.headers, early, header: (name) => header(head.headers, name), pieces: bodyOf(reader, head, { status, method }) };
      }
    },
    /** The next answer as a whole; null if the connection ends instead. */
    async answer(method = "GET") {
      const head = await this.head(method);
      if (!head) return null;
      const { body, complete } = await whole(head.pieces);
      return { ...head, body, complete, text: body.toString(), json: () => JSON.parse(body.toString()), raw: reader.raw() };
    },
    /** Whether the other side closes within that time. */
    closes: (ms = 5000) => new Promise((resolve) => {
      if (reader.ended) return resolve(true);
      const timer = setTimeout(() => resolve(false), ms);
      socket.on("close", () => { clearTimeout(timer); resolve(true); });
    }),
    close: () => socket.destroy(),
    end: () => socket.end(),
  };
}

/** One request on a connection of its own. */
export async function call(address, method, target, headers, body) {
  const connection = dial(address);
  try {
    await connection.send(message(method, target, { ...headers, connection: "close" }, body));
    return await connection.answer(method);
  } finally {
    connection.close();
  }
}

/** POST of a value as JSON. */
export const post = (address, target, value, headers = {}) =>
  call(address, "POST", target, { "content-type": "application/json", ...headers }, typeof value === "string" || Buffer.isBuffer(value) ? value : JSON.stringify(value));
