// Opens FOLDER/coverage.html and holds it against FOLDER/coverage.json. With SCREENSHOTS=FOLDER it leaves pictures there.
const { chromium } = require('playwright-core');
const fs = require('fs');

const folder = process.argv[2];
const coverage = JSON.parse(fs.readFileSync(`${folder}/coverage.json`)).coverage;
let passed = 0, failed = 0;
function expect(what, actual, wanted) {
  if (JSON.stringify(actual) === JSON.stringify(wanted)) return void ++passed;
  ++failed;
  console.log(`FAILED ${what}: ${JSON.stringify(actual)}, not ${JSON.stringify(wanted)}`);
}

(async () => {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  const requests = [], complaints = [];
  for (const colorScheme of ['light', 'dark']) {
    const page = await browser.newPage({ viewport: { width: 1240, height: 1500 }, colorScheme });
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`file://${folder}/coverage.html`);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/coverage-${colorScheme}.png`, fullPage: true });

    expect('percent', await page.textContent('.percent'), `${coverage.percent.toFixed(1)} %`);
    const meters = await page.$$eval('.meter b', (all) => all.map((one) => one.textContent));
    expect('meters', meters, [`${coverage.rules.hit} of ${coverage.rules.total}`, `${coverage.conditions.both} of ${coverage.conditions.total}`]);

    const places = await page.$$eval('.p', (all) => all.map((one) => ({ text: one.textContent, class: one.className, title: one.title })));
    expect('places', places.length, coverage.places.length);
    const full = coverage.places.filter((one) => one.true > 0 && one.false !== 0).length;
    expect('full places', places.filter((one) => one.class === 'p yes').length, full);
    const condition = places.find((one) => one.text === 'tokens > 300k');
    expect('hover', condition.title, 'tokens > 300k\ntrue in no test\nfalse in 3 tests\n  · an enterprise customer in need gets the best model\n' +
      '  · the same words from anyone else are ordinary work\n  · an order that is to be replaced');

    const lines = await page.$$eval('pre .l', (all) => all.map((one) => one.textContent.replace(/^\d+/, '')));
    expect('source', lines.join('\n') + '\n', fs.readFileSync(`${folder}/policy.sbx`, 'utf8'));
    const gap = page.locator('.gaps a').first();
    await gap.click();
    const target = await page.$eval(':target', (one) => one.textContent);
    expect('a gap leads to its line', target.includes(await gap.textContent()), true);

    // Letters are told from what is behind them: contrast of at least 4.5 to 1.
    const contrasts = await page.$$eval('.p, .k, .s, .n, .ln, .what', (all) => {
      const numbers = (color) => color.match(/[\d.]+/g).map(Number);
      const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
      const behind = (node) => {
        for (; node; node = node.parentElement) {
          const color = numbers(getComputedStyle(node).backgroundColor);
          if (color.length < 4 || color[3] > 0) return color;
        }
        return [255, 255, 255];
      };
      return all.map((node) => {
        const [a, b] = [light(numbers(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
        return { ratio: (a + 0.05) / (b + 0.05), text: node.textContent };
      });
    });
    expect(`contrast, ${colorScheme}`, contrasts.filter((one) => one.ratio < 4.5), []);

    await page.setViewportSize({ width: 400, height: 800 });
    expect('no scrolling sideways on a phone', await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    await page.close();
  }
  expect('asks for nothing else', [...new Set(requests)], [`file://${folder}/coverage.html`]);
  expect('no complaints', complaints, []);
  await browser.close();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
})().catch((error) => { console.log(error); console.log('0 passed, 1 failed'); process.exit(1); });
