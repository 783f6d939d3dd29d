// Opens a page of reports in Chromium: node html_report.cjs page|hostile PAGE OUT REPORT.json...
"use strict";
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const puppeteer = require("puppeteer-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const [kind, file, out, ...reportFiles] = process.argv.slice(2);
const url = pathToFileURL(path.resolve(file)).href;
const reports = reportFiles.map((name) => JSON.parse(fs.readFileSync(name, "utf8")));
const done = (what) => console.log(`   ok: ${what}`);

// What the page must come to, drawn from the reports alone.
const byId = new Map();
reports.forEach((report, run) => {
  for (const one of report.cases) byId.set(one.id, [...(byId.get(one.id) || []), { run, ...one }]);
});
const count = (fits) => [...byId.values()].filter((entries) => entries.some(fits)).length;

async function open(browser, size) {
  const page = await browser.newPage();
  const seen = { requests: [], errors: [] };
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) seen.errors.push(message.text());
  });
  await page.setViewport(size);
  await page.goto(url, { waitUntil: "load" });
  return { page, seen };
}
const digits = (text) => (text.match(/\d+/g) || []).map(Number);
const result = (page) => page.$eval("#result-count", (output) => output.textContent.replaceAll("\u202f", ""));
const found = async (page) => digits(await result(page))[0];

async function clean(page, seen) {
  const others = seen.requests.filter((one) => one !== url && !one.startsWith(`${url}#`) && one !== "data:,");
  assert.deepEqual(others, [], "requests besides the page itself");
  assert.deepEqual(seen.errors, [], "errors on the console");
  assert.equal(await page.evaluate(() => window.pwned), undefined, "a script of the data's has run");
  const scripts = await page.$$eval("script", (all) => all.map((one) => one.type));
  assert.deepEqual(scripts, ["application/json", ""], "scripts in the page");
  const foreign = await page.$$eval("img, iframe, object, embed, form[action], base, [onerror], [onload], [onclick]", (all) => all.map((one) => one.outerHTML.slice(0, 80)));
  assert.deepEqual(foreign, [], "markup that the page does not write");
  const links = await page.$$eval("a[href]", (all) => all.map((one) => [one.getAttribute("href"), one.rel]));
  for (const [href, rel] of links) {
    assert.ok(href.startsWith("#") || (href.startsWith("https://") && rel.includes("noreferrer")), `link to ${href}`);
  }
}
async function accessible(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const said = violations.map(({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0].html.slice(0, 160)} ${nodes[0].failureSummary.slice(0, 300)}`);
  assert.deepEqual(said, [], `axe, ${what}`);
}

async function filters(page) {
  const total = byId.size;
  assert.equal(await result(page), `${total} of ${total} cases`);
  await page.click("input[value=mismatch]");
  const failing = count((entry) => entry.verdict === "mismatch");
  assert.equal(await found(page), failing, "cases with a mismatch");
  await page.select("#by-run", "0");
  const ofFirst = count((entry) => entry.verdict === "mismatch" && entry.run === 0);
  assert.equal(await found(page), ofFirst, "cases with a mismatch of the first subject");
  const layer = reports[0].cases.find((entry) => entry.verdict === "mismatch").layer;
  await page.select("#by-layer", layer);
  const inLayer = count((entry) => entry.verdict === "mismatch" && entry.run === 0 && entry.layer === layer);
  assert.equal(await found(page), inLayer, "the same in one layer");
  await page.click("#reset");
  assert.equal(await found(page), total);
  done(`filter: ${total} cases, ${failing} with a mismatch, ${ofFirst} of the first subject, ${inLayer} in ${layer}`);

  const id = [...byId.keys()][Math.floor(total / 2)];
  await page.type("#search", id);
  const named = await page.$$eval(".list .id", (all) => all.map((one) => one.textContent));
  assert.ok(named.includes(id) && (await found(page)) < total, `search for ${id}: ${named.length}`);
  await page.type("#search", " no-such-word");
  assert.equal(await found(page), 0);
  await page.click("#reset");
  done(`search: ${id}`);

  const cell = await page.$("tr.area .cell");
  const sum = await cell.$$eval(".v", (all) => all.map((one) => Number(one.textContent.replace(/\D/g, ""))).reduce((a, b) => a + b));
  await cell.click();
  assert.equal(await found(page), sum, "the cases of a cell");
  await page.click("#reset");
  done(`a cell of the matrix leads to its ${sum} cases`);
}

async function drills(page) {
  await page.click(".list > li:nth-child(1) summary");
  await page.waitForSelector(".list > li:nth-child(1) .body");
  const body = await page.$eval(".list > li:nth-child(1) .body", (one) => one.textContent);
  for (const part of ["done", "governed by", "expected", "got", "Source:", "request", "response", "countersign repro"]) {
    assert.ok(body.includes(part), `\`${part}\` in the case`);
  }
  await page.click(".list > li:nth-child(1) .hex-toggle");
  const hex = await page.$eval(".list > li:nth-child(1) pre", (one) => one.textContent);
  assert.match(hex, /^000000 {2}([0-9a-f]{2} ){15}/);
  done("a case opened by click, its bytes in hex");
  await page.focus(".list > li:nth-child(2) summary");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".list > li:nth-child(2) .body", { timeout: 5000 });
  done("a case opened by keyboard");
  await page.goto("about:blank");
  await page.goto(`${url}#case=${encodeURIComponent([...byId.keys()].at(-1))}`);
  await page.waitForSelector(".list details[open] .body");
  done("a case opened by its link");
  await page.goto("about:blank");
  await page.goto(`${url}#case=no-such-case`);
  assert.equal(await result(page), "This report has no such case");
  done("a link to a case that is not there says so");
}

async function keyboard(page) {
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  const shadow = await page.$eval(".skip", (one) => one.getBoundingClientRect().left >= 0 && getComputedStyle(one).outlineStyle);
  assert.equal(shadow, "solid", "the focus is seen");
  await page.focus("tbody button.fold");
  await page.keyboard.press("Space");
  assert.equal(await page.$eval("tbody button.fold", (one) => one.getAttribute("aria-expanded")), "true");
  assert.ok(await page.$eval("tbody[data-area] tr:nth-child(2)", (one) => one.offsetHeight > 0));
  done("skip link, visible focus, an area unfolded by keyboard");
}

async function withoutScript(browser) {
  const page = await browser.newPage();
  await page.setJavaScriptEnabled(false);
  await page.goto(url);
  const text = await page.$eval("main", (one) => one.innerText.replaceAll("\u202f", ""));
  for (const report of reports) assert.ok(text.includes(report.header.subject) && text.includes(String(report.score.total)));
  assert.ok(await page.$$eval("tbody[data-area] tr", (all) => all.every((one) => one.offsetHeight > 0)));
  await page.close();
  done("counts and requirements stand there without the script");
}

async function whole(browser) {
  await withoutScript(browser);
  const { page, seen } = await open(browser, { width: 1440, height: 1000 });
  await keyboard(page);
  await filters(page);
  await page.screenshot({ path: path.join(out, "html-report-light.png") });
  await page.click(".list > li:nth-child(1) summary");
  await accessible(page, "light");
  await page.click("#theme");
  await page.click("#theme");
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
  await page.evaluate(() => scrollTo(0, 0));
  await accessible(page, "dark");
  done("no violation that axe knows, light and dark");
  await page.screenshot({ path: path.join(out, "html-report-dark.png"), fullPage: false });
  await page.click(".list > li:nth-child(1) summary");
  await drills(page);
  await page.screenshot({ path: path.join(out, "html-report-case.png") });
  await page.emulateMediaType("print");
  assert.ok(await page.$$eval("tbody[data-area] tr", (all) => all.every((one) => one.offsetHeight > 0)), "print shows every requirement");
  await page.emulateMediaType("screen");
  await clean(page, seen);
  await page.setViewport({ width: 390, height: 844 });
  await page.evaluate(() => scrollTo(0, 0));
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `the page is ${overflow} pixels wider than a narrow window`);
  await page.screenshot({ path: path.join(out, "html-report-narrow.png") });
  done("no request but the page, nothing on the console, no foreign markup; fits 390 pixels");
}

async function hostile(browser) {
  const { page, seen } = await open(browser, { width: 1440, height: 1000 });
  await clean(page, seen);
  for (const summary of await page.$$(".list > li:nth-child(-n+5) > details > summary")) await summary.click();
  await page.waitForSelector(".list > li:nth-child(5) .body");
  await page.click(".hex-toggle");
  await page.click("tr.area .cell");
  await page.click(".list summary");
  await clean(page, seen);
  const shown = await page.$eval("body", (one) => one.innerText);
  assert.ok(shown.split("<img src=x onerror=window.pwned=1>").length > 20, "hostile text is shown as text");
  const raw = await page.$eval("body", (one) => [...one.textContent].filter((c) => "\u202e\u2028\u2029\u0000\u001b\ufeff".includes(c)).length);
  assert.equal(raw, 0, "characters that reorder or hide");
  done("hostile text is text: header, ids, labels, requirements, evidence, differences, exchanges, state, reasons");
}

(async () => {
  const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", headless: true, args: ["--no-sandbox"] });
  try {
    await (kind === "hostile" ? hostile(browser) : whole(browser));
  } finally {
    await browser.close();
  }
})().catch((error) => {
  console.error(`   FAILED: ${error.message.replaceAll("\n", " ")}`);
  process.exit(1);
});
