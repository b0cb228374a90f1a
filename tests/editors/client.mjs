// SPDX-License-Identifier: Apache-2.0
// The extension's own code, with a recorded editor in the place of VS Code.
import { createRequire } from "node:module";
import Module from "node:module";
import { join } from "node:path";

import { source } from "../npm/cases.mjs";

const folder = join(source, "grammar/editors/vscode");

/** Loads client.js; `settings` are those of `signalbox.*`. Answers what it did: clients, documents, errors, commands. */
function load(settings, startError) {
  const did = { clients: [], documents: [], errors: [], commands: new Map(), changes: [] };
  class LanguageClient {
    constructor(id, name, server, options) {
      did.clients.push(Object.assign(this, { server, options, running: false }));
    }
    async start() {
      if (startError) throw new Error(startError);
      this.running = true;
    }
    needsStop() { return this.running; }
    async stop() { this.running = false; }
  }
  const vscode = {
    ViewColumn: { Beside: -2 },
    commands: { registerCommand: (id, run) => did.commands.set(id, run) },
    window: { showErrorMessage: (text) => did.errors.push(text), showTextDocument: async () => {}, setStatusBarMessage: () => {} },
    workspace: {
      createFileSystemWatcher: (pattern) => pattern,
      getConfiguration: () => ({ get: (name, otherwise) => settings[name] ?? otherwise }),
      onDidChangeConfiguration: (listener) => did.changes.push(listener),
      openTextDocument: async (document) => (did.documents.push(document), document),
    },
  };
  const require = createRequire(join(folder, "client.js"));
  require.resolve("vscode-languageclient/node");  // the locked package has what the client asks for
  const original = Module._load;
  Module._load = (name, ...rest) => (name === "vscode" ? vscode : name === "vscode-languageclient/node" ? { LanguageClient } : original(name, ...rest));
  try {
    delete require.cache[require.resolve("./client.js")];
    return { did, extension: require("./client.js") };
  } finally {
    Module._load = original;
  }
}

const same = (got, wanted) => (JSON.stringify(got) === JSON.stringify(wanted) ? "" : `is ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`);

export async function checkClient(results) {
  const { did, extension } = load({ path: "/opt/signalbox", arguments: ["--stdlib", "s"] });
  await extension.activate({ subscriptions: [] });
  results.expect("it starts the language server", same(did.clients[0].server, { command: "/opt/signalbox", args: ["lsp", "--stdlib", "s"] }));
  results.expect("for policies", same(did.clients[0].options.documentSelector.map((one) => one.language), ["signalbox", "signalbox"]));

  const run = did.clients[0].options.middleware.executeCommand;
  await run("signalbox.runTest", ["file:///p.sbx", "a test"], async (command, args) => `${command} ${args[1]}: passed`);
  results.expect("the answer of a test is shown", same(did.documents[0], { content: "signalbox.runTest a test: passed", language: "plaintext" }));
  await run("signalbox.showWitness", [], async () => ({ body: {} }));
  results.expect("a witness is shown as JSON", same(did.documents[1], { content: '{\n  "body": {}\n}', language: "json" }));
  await run("signalbox.runTest", [], async () => null);
  await run("other.command", [], async () => "text");
  results.expect("nothing else is shown", same(did.documents.length, 2));

  await did.changes[0]({ affectsConfiguration: () => true });
  results.expect("new settings restart it", same(did.clients.map((one) => one.running), [false, true]));
  await did.commands.get("signalbox.restart")();
  results.expect("so does the command", same(did.clients.map((one) => one.running), [false, false, true]));
  await extension.deactivate();
  results.expect("it stops with the editor", same(did.clients.at(-1).running, false));

  const broken = load({}, "spawn signalbox ENOENT");
  await broken.extension.activate({ subscriptions: [] });
  results.expect("a missing command is said", broken.did.errors[0]?.includes("signalbox.path") ? "" : JSON.stringify(broken.did.errors));
}
