// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

import { textmate } from "./textmate.mjs";
import { vim } from "./vim.mjs";
import { readWords } from "./words.mjs";

/** Writes the generated files, or only compares them; true if all were as they should be or have been written. */
export function generate(check) {
  const here = dirname(fileURLToPath(import.meta.url));
  const found = readWords(dirname(here));
  const files = {
    "vscode/syntaxes/signalbox.tmLanguage.json": JSON.stringify(textmate(found), null, 2) + "\n",
    "vim/syntax/signalbox.vim": vim(found),
  };
  let same = true;
  for (const [name, text] of Object.entries(files)) {
    const path = `${here}/${name}`;
    if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
    if (!check) writeFileSync(path, text);
    console.error(`${check ? "would change" : "wrote"} grammar/editors/${name}`);
    same = same && !check;
  }
  return same;
}
