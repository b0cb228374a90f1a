// SPDX-License-Identifier: Apache-2.0
// Sessions with `signalbox lsp`: node client.mjs SIGNALBOX [PART]
import { report } from "../npm/cases.mjs";
import { completing } from "./completing.mjs";
import { encoding, formatting, renaming } from "./editing.mjs";
import { anywhere, finding } from "./findings.mjs";
import { protocol } from "./protocol.mjs";
import { reading } from "./reading.mjs";
import { speed } from "./speed.mjs";

const [command, part] = process.argv.slice(2);
const results = report();
const parts = { protocol, reading, completing, renaming, formatting, encoding, finding, anywhere, speed };
for (const [name, run] of Object.entries(parts)) {
  if (!part || part === name) await run(command, results);
}
process.exit(results.end());
