// SPDX-License-Identifier: Apache-2.0
// Starts `signalbox lsp` and shows what its code lenses answer. All knowledge of the language is the server's.
"use strict";
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

// What the server's code lenses run (workspace/executeCommand); the answer is text.
const titles = { "signalbox.runTest": "test", "signalbox.showWitness": "witness" };

let client;

function server() {
  const settings = vscode.workspace.getConfiguration("signalbox");
  return {
    command: settings.get("path", "signalbox"),
    args: ["lsp", ...settings.get("arguments", [])],  // without a transport the client speaks on stdio and adds no argument
  };
}

/** Opens an answer beside the policy. A witness is a request: JSON, if it reads as JSON. */
async function show(command, answer) {
  if (answer === null || answer === undefined || answer === "") return;
  const text = typeof answer === "string" ? answer : JSON.stringify(answer, null, 2);
  const language = /^\s*[{[]/.test(text) ? "json" : "plaintext";
  const document = await vscode.workspace.openTextDocument({ content: text, language });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
  vscode.window.setStatusBarMessage(`Signalbox: ${titles[command]}`, 3000);
}

async function start() {
  const languages = [{ scheme: "file", language: "signalbox" }, { scheme: "untitled", language: "signalbox" }];
  client = new LanguageClient("signalbox", "Signalbox", server(), {
    documentSelector: languages,
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*.sbx") },
    middleware: {
      // The client registers a command for each that the server names; here its answer is shown.
      executeCommand: async (command, args, next) => {
        const answer = await next(command, args);
        if (command in titles) await show(command, answer);
        return answer;
      },
    },
  });
  try {
    await client.start();
  } catch (error) {
    const { command } = server();
    vscode.window.showErrorMessage(`\`${command} lsp\` does not start: ${error.message}. The setting signalbox.path says where the command is.`);
  }
}

async function stop() {
  const running = client;
  client = undefined;
  if (running && running.needsStop()) await running.stop();
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("signalbox.restart", async () => {
      await stop();
      await start();
    }),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (!change.affectsConfiguration("signalbox")) return;
      await stop();
      await start();
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
