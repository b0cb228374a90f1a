// SPDX-License-Identifier: Apache-2.0
// One run of `signalbox lsp`, spoken to by the client library that VS Code uses; and one spoken to in bytes.
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fromNpm, source } from "../npm/cases.mjs";

const rpc = fromNpm("vscode-jsonrpc/node");
const { createProtocolConnection } = fromNpm("vscode-languageserver-protocol/node");

const start = (command) => spawn(command, ["lsp", "--stdlib", join(source, "stdlib")], { stdio: ["pipe", "pipe", "inherit"] });
const within = (ms, what, promise) => {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`${what}: nothing within ${ms} ms`)), ms)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};
const exit = (process) => new Promise((resolve) => process.on("exit", (status, signal) => resolve(signal ?? status)));

/** A folder with `files`, and the URI of each. */
export function folder(files) {
  const path = mkdtempSync(join(tmpdir(), "signalbox-lsp-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return { path, uri: (name) => pathToFileURL(join(path, name)).href };
}

/** Takes the `^`s out of a text: the text, and the place of each. */
export function marked(text) {
  const places = [];
  let line = 0, character = 0, plain = "";
  for (const c of text) {
    if (c === "^") { places.push({ line, character }); continue; }
    plain += c;
    if (c === "\n") { ++line; character = 0; } else character += c.length;
  }
  return { text: plain, places };
}

/** The text after the edits of one document. */
export function edited(text, edits) {
  const lines = text.split("\n");
  const offset = ({ line, character }) => lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
  return [...edits].sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce((now, edit) => now.slice(0, offset(edit.range.start)) + edit.newText + now.slice(offset(edit.range.end)), text);
}

export async function session(command, { workspace, encodings = ["utf-16"] } = {}) {
  const process = start(command), ended = exit(process);
  const connection = createProtocolConnection(new rpc.StreamMessageReader(process.stdout), new rpc.StreamMessageWriter(process.stdin));
  const published = new Map(), waiting = [];
  let refreshed = 0, overtaken = 0;
  connection.onNotification("textDocument/publishDiagnostics", (params) => {
    if (published.get(params.uri)?.version > params.version) ++overtaken;
    published.set(params.uri, params);
    for (const one of waiting.splice(0)) one.look() || waiting.push(one);
  });
  connection.onRequest("client/registerCapability", () => null);
  connection.onRequest("workspace/codeLens/refresh", () => (++refreshed, null));
  connection.listen();
  const capabilities = {
    general: { positionEncodings: encodings },
    textDocument: { completion: { completionItem: { snippetSupport: true } }, hover: { contentFormat: ["markdown"] } },
    workspace: { didChangeWatchedFiles: { dynamicRegistration: true }, codeLens: { refreshSupport: true } },
  };
  const folders = workspace ? [{ uri: pathToFileURL(workspace).href, name: "w" }] : null;
  const ask = (method, params) => within(20000, method, connection.sendRequest(method, params));
  const initialized = await ask("initialize", { processId: null, rootUri: null, workspaceFolders: folders, capabilities });
  await connection.sendNotification("initialized", {});
  const versions = new Map();
  return {
    initialized, ask, ended, pid: process.pid,
    refreshed: () => refreshed,
    overtaken: () => overtaken,
    tell: (method, params) => connection.sendNotification(method, params),
    open(uri, text) {
      versions.set(uri, 1);
      return connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "signalbox", version: 1, text } });
    },
    change(uri, ...contentChanges) {
      versions.set(uri, versions.get(uri) + 1);
      return connection.sendNotification("textDocument/didChange", { textDocument: { uri, version: versions.get(uri) }, contentChanges });
    },
    close: (uri) => connection.sendNotification("textDocument/didClose", { textDocument: { uri } }),
    /** The diagnostics of the newest version once they satisfy `enough`. */
    diagnostics: (uri, enough = () => true) => within(30000, `diagnostics of ${uri}`, new Promise((resolve) => {
      const look = () => {
        const now = published.get(uri);
        const found = now && now.version === versions.get(uri) && enough(now.diagnostics);
        if (found) resolve(now.diagnostics);
        return found;
      };
      look() || waiting.push({ look });
    })),
    at: (method, uri, position, more = {}) => ask(`textDocument/${method}`, { textDocument: { uri }, position, ...more }),
    async end() {
      await ask("shutdown");
      await connection.sendNotification("exit");
      return within(5000, "exit", ended);
    },
  };
}

/** Bytes in, messages out. */
export function raw(command) {
  const process = start(command), ended = exit(process);
  let bytes = Buffer.alloc(0);
  const messages = [], waiting = [];
  process.stdin.on("error", () => {});
  process.stdout.on("data", (data) => {
    bytes = Buffer.concat([bytes, data]);
    for (;;) {
      const head = /^Content-Length: (\d+)\r\n\r\n/.exec(bytes.toString("latin1"));
      if (!head || bytes.length < head[0].length + Number(head[1])) break;
      messages.push(JSON.parse(bytes.subarray(head[0].length, head[0].length + Number(head[1])).toString()));
      bytes = bytes.subarray(head[0].length + Number(head[1]));
    }
    for (const one of waiting.splice(0)) one() || waiting.push(one);
  });
  const frame = (body) => Buffer.concat([Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`), Buffer.from(body)]);
  return {
    write: (data) => process.stdin.write(data),
    send: (message) => process.stdin.write(frame(JSON.stringify(message))),
    frame,
    close: () => process.stdin.end(),
    ended: within(30000, "the end", ended),
    /** The first message, from now on or before, that satisfies `enough`; it is taken out. */
    answer: (enough) => within(20000, "an answer", new Promise((resolve) => {
      const look = () => {
        const i = messages.findIndex(enough);
        if (i < 0) return false;
        resolve(messages.splice(i, 1)[0]);
        return true;
      };
      look() || waiting.push(look);
    })),
    messages,
  };
}
