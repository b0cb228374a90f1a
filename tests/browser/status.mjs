// SPDX-License-Identifier: Apache-2.0
// The gateway's status page in a real browser, against a recorded status and the metrics of tests/observe/serve.cpp.
// Usage: status.mjs METRICS. With SCREENSHOTS=FOLDER it leaves pictures there.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { fromNpm, report, source } from "../npm/cases.mjs";

const recorded = readFileSync(process.argv[2], "utf8");
const status = JSON.parse(readFileSync(join(source, "tests/browser/status.json"), "utf8"));
const page = /R"html\((.*)\)html"/s.exec(readFileSync(join(source, "runtime/observe/status_page.cpp"), "utf8"))[1];
const security = [...readFileSync(join(source, "runtime/observe/status_page.h"), "utf8").matchAll(/^ {4}"(.*?)"/gm)].map((one) => one[1]).join("");
const { expect, end } = report();
const equal = (what, actual, wanted) => expect(what, JSON.stringify(actual) === JSON.stringify(wanted) ? "" : `${JSON.stringify(actual)}, not ${JSON.stringify(wanted)}`);

// What the gateway's admin interface answers; a hundred more decisions each time that metrics are asked for.
let asked = 0, answers = true;
const otherwise = /(signalbox_decisions_total\{[^}]*outcome="otherwise"\}) (\d+)/;
const server = createServer((request, answer) => {
  if (!answers) return request.socket.destroy();
  const may = request.headers.authorization === "Bearer let me in";
  if (request.url === "/") return answer.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": security }).end(page);
  if (!may) return answer.writeHead(401).end("{}");
  if (request.url === "/admin/status") return answer.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(status));
  if (request.url === "/metrics") return answer.writeHead(200).end(recorded.replace(otherwise, (_, name, count) => `${name} ${+count + 100 * asked++}`));
  answer.writeHead(404).end();
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const address = `http://127.0.0.1:${server.address().port}/`;

const { chromium } = fromNpm("playwright-core");
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const requests = [], complaints = [];
for (const colorScheme of ["light", "dark"]) {
  const context = await browser.newContext({ viewport: { width: 1240, height: 1500 }, colorScheme });
  const tab = await context.newPage();
  tab.on("request", (request) => requests.push(new URL(request.url()).pathname));
  tab.on("console", (message) => { if (!/status of 401/.test(message.text())) complaints.push(message.text()); });
  tab.on("pageerror", (error) => complaints.push(String(error)));
  await tab.goto(address);

  await tab.fill("#token", "let me out");
  await tab.click("#door button");
  await tab.waitForFunction(() => /not the token/.test(document.getElementById("door-says").textContent));
  equal("nothing is shown without the token", await tab.isVisible("#board"), false);
  await tab.fill("#token", "let me in");
  await tab.click("#door button");
  await tab.waitForSelector("#board", { state: "visible" });
  equal("the token is kept for this tab alone", await tab.evaluate(() => [Object.values(sessionStorage), Object.values(localStorage), document.cookie]), [["let me in"], [], ""]);

  equal("the policy", [await tab.textContent("#policy"), await tab.textContent("#revision"), await tab.title()], ["desk", "b62e1936badb", "desk · Signalbox"]);
  equal("the state", await tab.textContent("#state"), "1 circuit open");
  const rows = (id) => tab.$$eval(`#${id} tbody tr`, (all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
  await tab.waitForFunction(() => [...document.querySelectorAll("#routes tbody td:nth-child(4)")].some((cell) => /[1-9]/.test(cell.textContent)), null, { timeout: 15000 });
  const routes = await rows("routes"), counts = routes.map((row) => Number(row[2].replaceAll(",", "")));
  const decisions = [...recorded.matchAll(/^signalbox_decisions_total\{/gm)].length;
  equal("all routes", routes.length, decisions);
  equal("by their traffic", counts, [...counts].sort((a, b) => b - a));
  const models = await rows("models");
  equal("all models", models.map((row) => row[0]).sort(), ["claude", "large", "middle", "small"]);
  equal("their failures", models.every((row) => /^5xx \d+$/.test(row[5].replaceAll(",", ""))), true);
  equal("the last load", await tab.textContent("#load pre"), "error[E0503]: route `law` can never decide\nerror[E0501]: `barred` and `table` can both take one request");
  equal("its reason is text", [await tab.$$eval("#load img", (all) => all.length), (await tab.textContent("#load")).includes("<img src=x")], [0, true]);
  equal("generations", (await rows("generations")).map((row) => [row[0], row[5], row[6]]), [["7", "5", "active"], ["6", "2", ""], ["8", "0", "shadow"]]);
  equal("the shadow", [await tab.textContent("#shadow-says"), await rows("shadow")],
    ["generation 8: 42 of 1,800 requests would be decided otherwise", [["law", "code", "30", "1.7 %", ""], ["otherwise", "law", "12", "0.7 %", ""]]]);
  equal("endpoints", (await rows("endpoints")).map((row) => [row[1], row[2]]),
    [["http://10.0.0.5:8001/v1", "in use"], ["http://10.0.0.6:8001/v1", "circuit open"], ["https://api.openai.com/v1", "in use"]]);
  if (process.env.SCREENSHOTS) await tab.screenshot({ path: `${process.env.SCREENSHOTS}/status-${colorScheme}.png`, fullPage: true });

  // Letters are told from what is behind them: contrast of at least 4.5 to 1.
  const faint = await tab.$$eval("#board *", (all) => {
    const numbers = (color) => color.match(/[\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((total, v, i) => total + v * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = (node) => {
      for (; node; node = node.parentElement) {
        const color = numbers(getComputedStyle(node).backgroundColor);
        if (color.length < 4 || color[3] > 0) return color;
      }
      return [255, 255, 255];
    };
    return all.filter((node) => [...node.childNodes].some((one) => one.nodeType === 3 && one.textContent.trim())).map((node) => {
      const [a, b] = [light(numbers(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
      return { ratio: (a + 0.05) / (b + 0.05), text: node.textContent };
    }).filter((one) => one.ratio < 4.5);
  });
  equal(`contrast, ${colorScheme}`, faint, []);
  await tab.setViewportSize({ width: 390, height: 800 });
  equal("no scrolling sideways on a phone", await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
  if (process.env.SCREENSHOTS) await tab.screenshot({ path: `${process.env.SCREENSHOTS}/status-phone-${colorScheme}.png`, fullPage: true });

  answers = false;
  await tab.waitForFunction(() => document.getElementById("state").textContent === "no answer", null, { timeout: 15000 });
  answers = true;
  await tab.waitForFunction(() => document.getElementById("state").textContent === "1 circuit open", null, { timeout: 15000 });
  equal("it comes back by itself", await tab.textContent("#policy"), "desk");
  await tab.click("#leave");
  equal("the token is forgotten", await tab.evaluate(() => [sessionStorage.length, document.getElementById("board").hidden]), [0, true]);
  await context.close();
}
equal("it asks for nothing else", [...new Set(requests)].sort(), ["/", "/admin/status", "/metrics"]);
equal("no complaints", complaints.filter((one) => !/ERR_EMPTY_RESPONSE|ERR_CONNECTION|ERR_SOCKET/.test(one)), []);
await browser.close();
server.close();
process.exit(end());
