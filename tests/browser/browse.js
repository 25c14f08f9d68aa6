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

const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");
const axe = require("axe-core");

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 420, height: 900 };
const OPENED_MAX = 30; // events opened for axe: it reads every element

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

function check(holds, what) {
  if (!holds)
    throw new Error(what);
}

// A fresh page with what it said on the console and what it asked for.
async function open(browser, file, options = {}) {
  const context = await browser.newContext({ viewport: WIDE, ...options });
  const page = await context.newPage();
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

const openSome = (page) => page.evaluate((most) => {
  document.querySelectorAll("details").forEach((details, i) => {
    details.open = i < most;
  });
}, OPENED_MAX);

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

async function testAny(browser, file, forms = FORMS, prepare = openSome) {
  await test("opens_without_an_error_and_asks_for_nothing", () =>
    with_page(browser, file, {}, async (page, { said, asked }) => {
      check(said.length === 0, `the console: ${said.join("; ")}`);
      const others = asked.filter((url) => !url.startsWith("data:"));
      check(others.length === 1, `asked for ${others.join(" ")}`);
    }));
  for (const [name, options] of forms)
    await test(`axe_finds_nothing_${name}`, () =>
      with_page(browser, file, options, async (page) => {
        await prepare(page);
        const found = await faults(page);
        check(found.length === 0, found.join("\n        "));
      }));
  for (const viewport of [NARROW, WIDE])
    await test(`fits_into_${viewport.width}_columns_of_pixels`, () =>
      with_page(browser, file, { viewport }, async (page) => {
        await openSome(page);
        const over = await tooWide(page);
        check(over <= 0, `${over} pixels too wide`);
      }));
}

// ---- all of them ------------------------------------------------------------

async function browse(tests) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
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

module.exports = { WIDE, NARROW, FORMS, run, test, testAny, check, with_page,
  tooWide, faults, openSome };
