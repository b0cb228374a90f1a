// SPDX-License-Identifier: Apache-2.0
// Packages the extension and reads back what is in the package. Usage: vsix.mjs
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fromNpm, report, source } from "../npm/cases.mjs";

const extension = join(source, "grammar/editors/vscode");
const folder = mkdtempSync(join(tmpdir(), "sbx-vsix-"));
const results = report();

/** The files of a .vsix, which is a zip: name to bytes. */
function contents(path) {
  const yauzl = fromNpm("yauzl");
  return new Promise((done, fail) => {
    const files = new Map();
    yauzl.open(path, { lazyEntries: true }, (error, zip) => {
      if (error) return fail(error);
      zip.on("error", fail).on("end", () => done(files));
      zip.on("entry", (entry) => {
        zip.openReadStream(entry, (broken, stream) => {
          if (broken) return fail(broken);
          const parts = [];
          stream.on("error", fail).on("data", (part) => parts.push(part)).on("end", () => {
            files.set(entry.fileName, Buffer.concat(parts));
            zip.readEntry();
          });
        });
      });
      zip.readEntry();
    });
  });
}

try {
  const path = join(folder, "signalbox.vsix");
  execFileSync(join(extension, "package"), [path], { stdio: ["ignore", "pipe", "pipe"] });
  const files = await contents(path);
  const own = [...files.keys()].filter((name) => !name.startsWith("extension/node_modules/")).sort();
  const wanted = [
    "[Content_Types].xml", "extension.vsixmanifest", "extension/LICENSE.txt", "extension/client.js", "extension/language-configuration.json",
    "extension/package.json", "extension/readme.md", "extension/syntaxes/signalbox.tmLanguage.json",
  ].sort();
  results.expect("it holds what it should and no more", JSON.stringify(own) === JSON.stringify(wanted) ? "" : own.join(" "));

  const manifest = JSON.parse(files.get("extension/package.json"));
  for (const name of ["syntaxes/signalbox.tmLanguage.json", "client.js", "language-configuration.json"]) {
    results.expect(`${name} is the tree's`, files.get(`extension/${name}`)?.equals(readFileSync(join(extension, name))) ? "" : "differs");
  }
  const named = [manifest.main, ...manifest.contributes.languages.map((one) => one.configuration), ...manifest.contributes.grammars.map((one) => one.path)];
  const lacking = named.filter((name) => !files.has(`extension/${name.replace("./", "")}`));
  results.expect("every file that the manifest names is there", lacking.join(" "));
  JSON.parse(files.get("extension/language-configuration.json"));

  const lock = JSON.parse(readFileSync(join(extension, "package-lock.json"), "utf8"));
  for (const [place, { version }] of Object.entries(lock.packages).filter(([place]) => place)) {
    const packed = files.get(`extension/${place}/package.json`);
    results.expect(`${place} is packed as locked`, packed && JSON.parse(packed).version === version ? "" : `not ${version}`);
  }
  const project = readFileSync(join(source, "CMakeLists.txt"), "utf8").match(/project\(signalbox VERSION (\S+)/)[1];
  results.expect("its version is the compiler's", manifest.version === project ? "" : `${manifest.version}, not ${project}`);
} catch (error) {
  results.expect("it can be packaged", `${error.message}\n${error.stderr ?? ""}`);
} finally {
  rmSync(folder, { recursive: true });
}
process.exit(results.end());
