// SPDX-License-Identifier: MIT
//
// browse: what the tests of pages share: a headless Chromium, the count of
// tests, and what holds for any page of ours.
//
//     run(async (browser) => {
//       await test("opens", () => with_page(browser, file, {}, async (page) =>
//         check(await page.title() === "Labs", "it has no title")));
//     });
//
// run ends the output in "N passed, N failed".
"use strict";

const { setTimeout: sleep } = require("node:timers/promises");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");
const axe = require("axe-core");

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 420, height: 900 };
const WAIT_MS = 60000; // for what comes at once, unless the machine is busy
const ROWS_MAX = 10; // of each kind, for axe: it reads every element


let passed = 0;
let failed = 0;

async function test(name, run) {
  try {
    await run();
    passed++;
  } catch (error) {
    failed++;
    console.log(`    FAILED ${name}\n        ${error.message}`);
  }
}

// Waits for what comes sooner or later, however busy the machine is.
async function until(holds, otherwise) {
  const end = Date.now() + WAIT_MS;
  while (!(await holds())) {
    check(Date.now() < end, otherwise);
    await sleep(20);
  }
}

// The title of the tests to come, and when they began.
const start = Date.now();
function title(words) {
  const seconds = Math.round((Date.now() - start) / 1000);
  console.log(`${String(seconds).padStart(5)} s  ${words}`);
}

function check(holds, what) {
  if (!holds)
    throw new Error(what);
}

// A fresh page with what it said on the console and what it asked for.
async function open(browser, file, options = {}) {
  const context = await browser.newContext({ viewport: WIDE, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  const said = [];
  const asked = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      said.push(message.text());
  });
  page.on("pageerror", (error) => said.push(error.message));
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { page, context, said, asked };
}

async function with_page(browser, file, options, run) {
  const opened = await open(browser, file, options);
  try {
    await run(opened.page, opened);
  } finally {
    await opened.context.close();
  }
}

// The rows of a page by their kind, a few of each from all over the page, and
// what stands in them opened; `only`: the others are taken out.
const openSome = (page, only = false) => page.evaluate(([most, only]) => {
  const kinds = new Map();
  for (const row of document.querySelectorAll(
    "main .row, main tr, ol.rows > li")) {
    const kind = row.className + row.firstElementChild?.className;
    kinds.set(kind, [...kinds.get(kind) ?? [], row]);
  }
  for (const rows of kinds.values()) {
    const step = Math.ceil(rows.length / most);
    for (const [i, row] of rows.entries()) {
      if (i % step === 0)
        row.querySelectorAll("details").forEach((d) => { d.open = true; });
      else if (only)
        row.remove();
    }
  }
}, [ROWS_MAX, only]);

// axe-core reads every element, and more than once: of a long page a few rows
// of each kind are left.
const shorten = (page) => openSome(page, true);

const tooWide = (page) => page.evaluate(() =>
  document.scrollingElement.scrollWidth - document.documentElement.clientWidth);

// axe-core comes in by the debugger's door, which no page's policy guards.
async function faults(page) {
  await page.evaluate(axe.source);
  const result = await page.evaluate(() => window.axe.run(document, {
    resultTypes: ["violations"],
  }));
  return result.violations.map((v) =>
    `${v.id}: ${v.help} (${v.nodes.length}, first ${v.nodes[0].target})`);
}

// ---- what holds for any page ------------------------------------------------

const FORMS = [
  ["light", { viewport: WIDE, colorScheme: "light" }],
  ["dark", { viewport: WIDE, colorScheme: "dark" }],
  ["narrow", { viewport: NARROW, colorScheme: "light" }],
];

async function testAny(browser, file, forms = FORMS) {
  await test("opens_without_an_error_and_asks_for_nothing", () =>
    with_page(browser, file, {}, async (page, { said, asked }) => {
      check(said.length === 0, `the console: ${said.join("; ")}`);
      const others = asked.filter((url) => !url.startsWith("data:"));
      check(others.length === 1, `asked for ${others.join(" ")}`);
    }));
  for (const [name, options] of forms)
    await test(`fits_and_axe_finds_nothing_${name}`, () =>
      with_page(browser, file, options, async (page) => {
        await openSome(page);
        const over = await tooWide(page);
        check(over <= 0, `${over} pixels too wide`);
        await shorten(page);
        const found = await faults(page);
        check(found.length === 0, found.join("\n        "));
      }));
}

// ---- all of them ------------------------------------------------------------

async function browse(tests) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM, timeout: WAIT_MS,
    args: ["--no-sandbox", "--disable-gpu"], // in CI, as root
  });
  try {
    await tests(browser);
  } finally {
    await browser.close();
  }
}

function run(tests) {
  browse(tests).catch((error) => {
    failed++;
    console.log(`    FAILED ${error.stack}`);
  }).finally(() => {
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed > 0 ? 1 : 0;
  });
}

module.exports = { WIDE, NARROW, FORMS, WAIT_MS, run, test, testAny, title,
  check, until, with_page, faults, openSome };
