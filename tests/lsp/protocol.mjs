// SPDX-License-Identifier: Apache-2.0
// What the server answers to what no client should send.
import { same } from "./checks.mjs";
import { raw } from "./session.mjs";

const initialize = { jsonrpc: "2.0", id: 1, method: "initialize", params: { processId: null, rootUri: null, capabilities: {} } };
const none = { uri: "file:///none.sbx" };
const code = (message) => message.error?.code;

async function running(command) {
  const server = raw(command);
  server.send(initialize);
  await server.answer((m) => m.id === 1);
  return server;
}

async function lifecycle(command, results) {
  const early = raw(command);
  early.send({ jsonrpc: "2.0", id: "a", method: "textDocument/hover", params: {} });
  results.expect("a request before initialize", same(code(await early.answer((m) => m.id === "a")), -32002));
  early.send({ jsonrpc: "2.0", method: "textDocument/didOpen", params: {} });
  early.send(initialize);
  await early.answer((m) => m.id === 1);
  early.send({ ...initialize, id: 2 });
  results.expect("initialize twice", same(code(await early.answer((m) => m.id === 2)), -32600));
  early.send({ jsonrpc: "2.0", id: 3, method: "shutdown" });
  results.expect("shutdown", same((await early.answer((m) => m.id === 3)).result, null));
  early.send({ jsonrpc: "2.0", id: 4, method: "textDocument/hover", params: {} });
  results.expect("a request after shutdown", same(code(await early.answer((m) => m.id === 4)), -32600));
  early.send({ jsonrpc: "2.0", method: "exit" });
  results.expect("exit after shutdown", same(await early.ended, 0));

  const rude = await running(command);
  rude.send({ jsonrpc: "2.0", method: "exit" });
  results.expect("exit without shutdown", same(await rude.ended, 1));

  const gone = await running(command);
  gone.close();
  results.expect("a stream that ends", same(await gone.ended, 1));
}

async function malformed(command, results) {
  const server = await running(command);
  const refused = async (what, bytes, wanted) => {
    server.write(bytes);
    results.expect(what, same(code(await server.answer((m) => m.id === null)), wanted));
  };
  await refused("a body that is no JSON", server.frame("{nonsense"), -32700);
  await refused("a body that is not UTF-8", server.frame(Buffer.from([0x22, 0xff, 0xfe, 0x22])), -32700);
  await refused("an empty body", server.frame(""), -32700);
  await refused("a header that is none", "Hello: world\r\n\r\n", -32700);
  await refused("a length that is too large", "Content-Length: 99999999999999999999\r\n\r\n", -32700);
  await refused("a number", server.frame("7"), -32600);
  await refused("a batch", server.frame(JSON.stringify([{ jsonrpc: "2.0", id: 5, method: "shutdown" }])), -32600);
  await refused("no method", server.frame('{"jsonrpc":"2.0"}'), -32600);
  await refused("an id that is none", server.frame('{"jsonrpc":"2.0","id":{},"method":"shutdown"}'), -32600);
  await refused("brackets without end", server.frame("[".repeat(200000)), -32700);
  await refused("brackets nested deep", server.frame("[".repeat(100000) + "]".repeat(100000)), -32600);

  const asked = async (what, method, params, wanted) => {
    server.send({ jsonrpc: "2.0", id: what, method, params });
    results.expect(what, same(code(await server.answer((m) => m.id === what)), wanted));
  };
  await asked("an unknown method", "textDocument/brew", {}, -32601);
  await asked("an unknown $ request", "$/brew", {}, -32601);
  await asked("no parameters", "textDocument/hover", undefined, -32602);
  await asked("parameters of another shape", "textDocument/hover", { textDocument: 7, position: [] }, -32602);
  await asked("a document that is not open", "textDocument/hover", { textDocument: none, position: { line: 0, character: 0 } }, -32602);
  await asked("an unknown command", "workspace/executeCommand", { command: "rm", arguments: [] }, -32602);

  server.send({ jsonrpc: "2.0", method: "$/brew" });
  server.send({ jsonrpc: "2.0", method: "textDocument/didChange", params: { textDocument: none, contentChanges: [] } });
  server.send({ jsonrpc: "2.0", method: "textDocument/didOpen", params: { textDocument: { uri: 7 } } });
  server.send({ jsonrpc: "2.0", id: 99, result: null });
  server.write("Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length: 46\r\n\r\n");
  server.write('{"jsonrpc":"2.0","id":"z","method":"shutdown"}');
  results.expect("headers in any order and case", same((await server.answer((m) => m.id === "z")).result, null));
  server.send({ jsonrpc: "2.0", method: "exit" });
  results.expect("all of that is survived", same(await server.ended, 0));
}

async function cancelled(command, results) {
  const server = await running(command);
  const uri = "file:///cancel.sbx", text = "policy p serves \"m\"\n";
  const textDocument = { uri, languageId: "signalbox", version: 1, text };
  const open = { jsonrpc: "2.0", method: "textDocument/didOpen", params: { textDocument } };
  const params = { textDocument: { uri }, position: { line: 0, character: 8 } };
  const hover = (id) => ({ jsonrpc: "2.0", id, method: "textDocument/hover", params });
  const cancel = (id) => ({ jsonrpc: "2.0", method: "$/cancelRequest", params: { id } });
  server.write(Buffer.concat([open, hover(10), hover(11), cancel(11), cancel(404)].map((m) => server.frame(JSON.stringify(m)))));
  results.expect("a request that stays", same((await server.answer((m) => m.id === 10)).error, undefined));
  const answer = await server.answer((m) => m.id === 11);
  // It may have been answered before the cancellation arrived.
  results.expect("a request that is cancelled is answered", answer.error && code(answer) !== -32800 ? JSON.stringify(answer) : null);
  server.close();
  await server.ended;
}

/** Random bytes, and frames cut and torn: whatever comes, the server answers what is well formed behind it. */
async function garbage(command, results) {
  let seed = 12345;
  const random = (below) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
  const server = await running(command);
  for (let round = 0; round < 60; ++round) {
    const junk = Buffer.from(Array.from({ length: random(400) }, () => random(256)));
    const params = { textDocument: none, position: {} };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1000 + round, method: "textDocument/hover", params });
    const torn = server.frame(body).subarray(random(20));
    server.write(Buffer.concat([junk, Buffer.from("\r\n"), round % 3 === 0 ? torn : Buffer.alloc(0), Buffer.from("\r\n")]));
    server.send({ jsonrpc: "2.0", id: round + 5000, method: "$/brew" });
  }
  results.expect("random bytes are survived", same(code(await server.answer((m) => m.id === 5059)), -32601));
  server.close();
  results.expect("and the end is orderly", same(await server.ended, 1));
}

export async function protocol(command, results) {
  for (const part of [lifecycle, malformed, cancelled, garbage]) await part(command, results);
}
