// SPDX-License-Identifier: Apache-2.0
// What the tests of the gateways share: providers that answer as they are told, a client, and processes that are started and ended.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import { setTimeout as wait } from "node:timers/promises";

/** Asks again and again until `question` answers with something, for at most `seconds`. */
export async function until(question, what, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await wait(5);
  }
}

/** A provider on a UNIX socket. `seen` has its requests; `next` what it answers with, in turn: a status, "hang" or "reset"; then 200. */
export class Provider {
  seen = [];
  next = [];
  server = null;
  constructor(name, path) {
    Object.assign(this, { name, path });
  }
  async start() {
    rmSync(this.path, { force: true });
    this.server = http.createServer((request, response) => this.answer(request, response));
    this.server.keepAliveTimeout = 60_000;
    this.server.listen(this.path);
    await once(this.server, "listening");
    return this;
  }
  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
  async answer(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    this.seen.push({ path: request.url, method: request.method, headers: request.headers, body });
    const how = this.next.shift() ?? 200;
    if (how === "hang") return;
    if (how === "reset") return request.socket.destroy();
    response.statusCode = how;
    response.setHeader("content-type", "application/json");
    if (how === 200 && /"stream": *true/.test(body)) {
      response.setHeader("content-type", "text/event-stream");
      for (let i = 0; i < 3; ++i) {
        response.write(`data: {"provider":"${this.name}","part":${i}}\n\n`);
        await wait(20);
      }
      return response.end("data: [DONE]\n\n");
    }
    response.end(JSON.stringify({ provider: this.name, status: how }));
  }
  /** The only request since the last call. */
  take() {
    const seen = this.seen.splice(0);
    if (seen.length !== 1) throw new Error(`${this.name} has had ${seen.length} requests, not 1`);
    return seen[0];
  }
}

/** Requests to a UNIX socket. */
export class Client {
  constructor(socketPath, { connections = Infinity } = {}) {
    this.socketPath = socketPath;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  }
  ask(body, { path = "/v1/chat/completions", method = "POST", headers = {} } = {}) {
    const bytes = body === undefined ? undefined : typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const request = http.request({ socketPath: this.socketPath, agent: this.agent, path, method, headers: { "content-type": "application/json", ...headers } });
      request.on("error", reject);
      request.on("response", async (response) => {
        const chunks = [];
        const arrived = [];
        try {
          for await (const chunk of response) {
            chunks.push(chunk);
            arrived.push(performance.now());
          }
        } catch (error) {
          return reject(error);
        }
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode, headers: response.headers, text, chunks: chunks.map(String), arrived, json: () => JSON.parse(text) });
      });
      request.end(bytes);
    });
  }
  close() {
    this.agent.destroy();
  }
}

/** A process that ends with the test. Its output is kept, and shown if it ends by itself. */
export class Process {
  output = "";
  constructor(command, ...parameters) {
    this.command = command;
    this.child = spawn(command, parameters, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on("data", (data) => (this.output += data));
    this.ended = once(this.child, "exit");
  }
  get pid() {
    return this.child.pid;
  }
  /** Once `path` is there. */
  async ready(path) {
    await until(() => {
      if (this.child.exitCode !== null) throw new Error(`${this.command} ended with ${this.child.exitCode}:\n${this.output}`);
      return existsSync(path);
    }, `${this.command} listens\n${this.output}`);
    return this;
  }
  async stop(signal = "SIGTERM") {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    const [status] = await this.ended;
    return status;
  }
}

/** The processes that `pid` has started. */
export function children(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
}

/** The files that a process has mapped. */
export function mapped(pid) {
  return readFileSync(`/proc/${pid}/maps`, "utf8");
}

/** Time on a processor that a process has had, in microseconds. */
export function cpu_us(pid) {
  return Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]) / 1000;
}

/** Asks by `clients` at once, until `done` is called; what does not pass `check` is in `wrong`. */
export function load(socketPath, clients, make, check) {
  let running = true;
  const result = { asked: 0, wrong: [] };
  const client = new Client(socketPath);
  const loop = async (seed) => {
    for (let i = seed; running; ++i) {
      const [body, options] = make(i);
      try {
        const problem = check(await client.ask(body, options), i);
        if (problem) result.wrong.push(problem);
      } catch (error) {
        result.wrong.push(String(error));
      }
      ++result.asked;
    }
  };
  const loops = Array.from({ length: clients }, (_, seed) => loop(seed));
  return {
    result,
    async done() {
      running = false;
      await Promise.all(loops);
      client.close();
      return result;
    },
  };
}
