// SPDX-License-Identifier: Apache-2.0
// Opens pictures of policies in a real browser: no two texts may meet, each must lie in its box, and what reads what lights up.
// Usage: browser.mjs SIGNALBOX FOLDER (pictures are left there)
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { fromNpm, report, source } from "../npm/cases.mjs";
import { hardPolicy } from "./policies.mjs";

const [signalbox, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const results = report();

function draw(name, policy) {
  const path = join(folder, `${name}.svg`);
  const run = spawnSync(signalbox, ["graph", policy, "-o", path], { encoding: "utf8" });
  results.expect(`${name} is drawn`, run.status === 0 ? "" : run.stderr);
  const again = spawnSync(signalbox, ["graph", policy, "-o", "-"], { encoding: "utf8", maxBuffer: 1 << 28 });
  const svg = readFileSync(path, "utf8");
  results.expect(`${name} is drawn alike each time`, again.stdout === svg ? "" : "the bytes differ");
  results.expect(`${name} has no scripts and loads nothing`, /<script|\bon\w+=|href=|@import|url\((?!#)/.test(svg) ? "it has" : "");
  return path;
}

/** Run in the page: what is wrong with the places of its texts. */
function misplaced() {
  const problems = [];
  const texts = [...document.querySelectorAll("text")].map((element) => ({ element, say: element.textContent, box: element.getBoundingClientRect() }));
  const page = document.documentElement.getBoundingClientRect();
  for (const { element, say, box } of texts) {
    const own = document.getElementById(element.dataset.in)?.getBoundingClientRect();
    if (!own) { problems.push(`\`${say}\` has no box`); continue; }
    const inside = (outer) => box.left >= outer.left - 0.5 && box.right <= outer.right + 0.5 && box.top >= outer.top - 0.5 && box.bottom <= outer.bottom + 0.5;
    if (!inside(own)) problems.push(`\`${say}\` leaves its box: ${JSON.stringify(box)} in ${JSON.stringify(own)}`);
    if (!inside(page)) problems.push(`\`${say}\` leaves the page`);
  }
  for (let i = 0; i < texts.length; ++i) {
    for (let k = i + 1; k < texts.length; ++k) {
      const a = texts[i].box, b = texts[k].box;
      if (a.left < b.right - 0.1 && b.left < a.right - 0.1 && a.top < b.bottom - 0.1 && b.top < a.bottom - 0.1) problems.push(`\`${texts[i].say}\` meets \`${texts[k].say}\``);
    }
  }
  const cards = [...document.querySelectorAll(".card")].map((card) => card.getBoundingClientRect());
  cards.forEach((a, i) => { if (cards[i + 1] && cards[i + 1].top < a.bottom) problems.push(`rows ${i} and ${i + 1} meet`); });
  return { problems, texts: texts.length, rows: cards.length };
}

async function check(browser, name, svg, rows) {
  const page = await browser.newPage();
  await page.goto(`file://${svg}`);
  const size = await page.evaluate(() => [document.documentElement.width.baseVal.value, document.documentElement.height.baseVal.value]);
  await page.setViewportSize({ width: Math.ceil(size[0]), height: Math.ceil(size[1]) });
  await page.screenshot({ path: svg.replace(/svg$/, "png") });
  const found = await page.evaluate(misplaced);
  results.expect(`${name}: texts lie in their boxes and do not meet`, found.problems.slice(0, 8).join("\n  "));
  results.expect(`${name}: every row is there`, found.rows === rows && found.texts > 2 * rows ? "" : `${found.rows} rows and ${found.texts} texts, not ${rows} rows`);
  return page;
}

/** Where the pointer rests, lines light up: a signal's own, and those that a row reads. */
async function checkHover(page) {
  const opacity = (selector) => page.evaluate((one) => [...document.querySelectorAll(one)].map((line) => getComputedStyle(line).opacity), selector);
  results.expect("nothing is lit at first", (await opacity(".lit")).every((one) => one === "0") ? "" : "something is");
  await page.hover("#s0 .label");
  results.expect("a signal lights its branches", (await opacity("#s0 .lit")).every((one) => one === "1") ? "" : "it does not");
  results.expect("and dims the others", Number((await opacity("#s1"))[0]) < 0.5 ? "" : "it does not");
  const row = await page.evaluate(() => document.querySelector(".lit[class~=r0], .lit[class*=' r']").classList[1]);
  await page.hover(`#${row} .card`);
  const lit = await opacity(`.lit.${row}`), other = await opacity(`.lit:not(.${row})`);
  results.expect("a row lights what it reads", lit.length && lit.every((one) => one === "1") && other.every((one) => one === "0") ? "" : `${lit} / ${other.length}`);
}

const hard = join(folder, "hard.sbx");
writeFileSync(hard, hardPolicy());
const generated = spawnSync(signalbox, ["bench", "--rules", "50", "--requests", "16", "--emit", folder], { encoding: "utf8" });
results.expect("a policy is generated", generated.status === 0 ? "" : generated.stderr);

const { chromium } = fromNpm("playwright-core");
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  await check(browser, "bench", draw("bench", join(folder, "50-mixed.sbx")), 52);
  await check(browser, "hard", draw("hard", hard), 52);
  const page = await check(browser, "quickstart", draw("quickstart", join(source, "examples/quickstart/policy.sbx")), 14);
  await checkHover(page);
} finally {
  await browser.close();
}
process.exit(results.end());
