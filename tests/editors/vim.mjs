// SPDX-License-Identifier: Apache-2.0
// Opens every policy in a headless Neovim with our syntax file and compares with the compiler; then formats one there with `gq`.
// Usage: vim.mjs SIGNALBOX
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { report, source } from "../npm/cases.mjs";
import { compilerView, corpus, difference, tally } from "./corpus.mjs";

const signalbox = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), "sbx-vim-"));
const kinds = { k: "keyword", n: "number", s: "string", c: "comment", "-": "" };

function neovim(commands, environment = {}) {
  const options = ["--headless", "-u", "NONE", "-i", "NONE", "-n", "--cmd", `set runtimepath^=${source}/grammar/editors/vim`];
  const run = spawnSync("nvim", [...options, "-c", "filetype plugin on", "-c", "syntax on", ...commands.flatMap((one) => ["-c", one]), "-c", "qa!"], {
    encoding: "utf8", timeout: 500_000,
    env: { ...process.env, PATH: `${dirname(signalbox)}:${process.env.PATH}`, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder, XDG_STATE_HOME: folder, ...environment },
  });
  if (run.error) throw run.error;
  return run.status === 0 && !/\bE\d+:/.test(run.stderr) ? "" : run.stderr || `nvim ended with ${run.status}`;
}

/** Neovim's letters, one a byte, as kinds, one a UTF-16 unit. */
function editorView(text, letters) {
  const lines = letters.split("\n");
  return text.split(/(?<=\n)/).flatMap((line, row) => {
    let byte = 0;
    return [...line].flatMap((character) => {
      const kind = kinds[lines[row]?.[byte]] ?? "";
      byte += Buffer.byteLength(character);
      return Array(character.length).fill(kind);
    });
  });
}

const results = report();
const seen = tally();
try {
  const texts = [];
  for (const one of corpus()) {
    const compiler = compilerView(signalbox, one.text);
    if (!compiler) continue;
    const path = join(folder, `${texts.length}.sbx`);
    writeFileSync(path, one.text);
    texts.push({ ...one, compiler, path });
  }
  writeFileSync(join(folder, "list"), texts.map((one) => one.path).join("\n") + "\n");
  results.expect("neovim runs", neovim([`luafile ${source}/tests/editors/syntax_view.lua`], { SBX_LIST: join(folder, "list") }));
  for (const { name, text, compiler, path } of texts) {
    seen.add(compiler.view);
    results.expect(name, difference(text, compiler, editorView(text, readFileSync(`${path}.view`, "utf8"))));
  }
  console.log(JSON.stringify(seen.counts));
  results.expect("enough was compared", seen.enough() ? "" : JSON.stringify(seen.counts));

  const path = join(folder, "messy.sbx");
  writeFileSync(path, 'policy p serves "auto"\nmodel   m {provider:local name:"m"}\notherwise{model=m}\n');
  results.expect("gq formats", neovim([`edit ${path}`, "normal! gggqG", "write"]));
  const formatted = spawnSync(signalbox, ["fmt", "--check", path]);
  results.expect("what gq wrote is canonical", formatted.status === 0 ? "" : readFileSync(path, "utf8"));
  writeFileSync(path, 'policy p serves "auto"\n// a comment');
  results.expect("a comment goes on", neovim([`edit ${path}`, "normal! Gonext line", "write"]));
  results.expect("with its slashes", readFileSync(path, "utf8").includes("// next line") ? "" : readFileSync(path, "utf8"));
} finally {
  rmSync(folder, { recursive: true });
}
process.exit(results.end());
