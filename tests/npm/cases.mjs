// SPDX-License-Identifier: Apache-2.0
// What the tests written in JavaScript share: where the tree and its packages are, and how cases are counted.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const source = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** A package of tests/npm. */
export const fromNpm = createRequire(join(source, "tests/npm/package.json"));

/** Counts and reports cases; `end` prints the last line and gives the exit status. */
export function report() {
  let passed = 0, failed = 0;
  return {
    expect(what, problem) {
      if (!problem) return void ++passed;
      ++failed;
      console.log(`FAILED ${what}\n  ${problem}`);
    },
    end() {
      console.log(`${passed} passed, ${failed} failed`);
      return failed ? 1 : 0;
    },
  };
}
