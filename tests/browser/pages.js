// SPDX-License-Identifier: MIT
//
// pages.js FOLDER BIN: reads the pages of every lab below FOLDER in a headless
// Chromium, and one more that is made here of the most hostile bytes a server
// can send. Each page has to open without an error, need nothing but itself,
// hold its policy, be found without fault by axe-core in each of its forms, fit
// into a wide and a narrow window, and be walked by keyboard alone.
//
// Ends in "N passed, N failed".
"use strict";

const { spawn, execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");
const axe = require("axe-core");

const [folder, bin = "bin"] = process.argv.slice(2);
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 420, height: 900 };
const OPENED_MAX = 30; // events opened for axe: it reads every element

// ---- a page of hostile bytes ------------------------------------------------

// Markup that ends whatever it may stand in, broken UTF-8, a mark that turns
// the direction of writing, control bytes.
const HOSTILE = Buffer.concat([
  Buffer.from("</script></style></pre></title><script>window.hacked=1</script>"),
  Buffer.from("<img src=x onerror=window.hacked=1><svg onload=window.hacked=1>"),
  Buffer.from("\u202Egnp.exe\u2066 \x1b[2J\x07\x00 &lt; &#60; \"'`"),
  Buffer.from([0xff, 0xfe, 0xc0, 0xaf, 0xed, 0xa0, 0x80]),
  Buffer.from("\nthe end\n"),
]);

async function firstLine(stream) {
  for await (const text of stream)
    return text.toString().split("\n")[0];
  return "";
}

async function hostilePage(place) {
  const site = path.join(place, "site");
  const trace = path.join(place, "hostile.pcapng");
  const page = path.join(place, "hostile.html");
  fs.mkdirSync(site);
  fs.writeFileSync(path.join(site, "index.html"), HOSTILE);
  const server = spawn(path.join(bin, "http-server"),
    ["--root", site, "--listen", "127.0.0.1:0"]);
  try {
    const port = (await firstLine(server.stdout)).replace(/.*:/, "");
    const target = `http://127.0.0.1:${port}/index.html` +
      "?%3Cscript%3Ewindow.hacked=1%3C/script%3E";
    execFileSync(path.join(bin, "http-client"),
      ["--trace", trace, "-o", "/dev/null",
        "-H", "X-Bad: </script><script>window.hacked=1</script>", target]);
    execFileSync(path.join(bin, "trace"), ["page", trace, "-o", page]);
  } finally {
    server.kill();
  }
  return page;
}

// ---- tests ------------------------------------------------------------------

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

async function testAny(browser, file) {
  await test("opens_without_an_error_and_asks_for_nothing", () =>
    with_page(browser, file, {}, async (page, { said, asked }) => {
      check(said.length === 0, `the console: ${said.join("; ")}`);
      const others = asked.filter((url) => !url.startsWith("data:"));
      check(others.length === 1, `asked for ${others.join(" ")}`);
    }));
  const forms = [
    ["light", { viewport: WIDE, colorScheme: "light" }],
    ["dark", { viewport: WIDE, colorScheme: "dark" }],
    ["narrow", { viewport: NARROW, colorScheme: "light" }],
  ];
  for (const [name, options] of forms)
    await test(`axe_finds_nothing_${name}`, () =>
      with_page(browser, file, options, async (page) => {
        await openSome(page);
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

// ---- what holds for a page of a trace ---------------------------------------

const focused = (page) => page.evaluate(() =>
  document.activeElement.closest("details.event")?.id ?? "");

async function testKeyboard(page) {
  await page.keyboard.press("Tab");
  check(await page.evaluate(() =>
    document.activeElement.classList.contains("skip")),
  "the first Tab does not lead to the link that skips");
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("j");
  const first = await focused(page);
  check(first !== "", "j leads to no event");
  await page.keyboard.press("Enter");
  check(await page.locator(`#${first}`).getAttribute("open") !== null,
    "Enter does not open the event");
  await page.keyboard.press("j");
  check(await focused(page) !== first, "j does not lead on");
  await page.keyboard.press("k");
  check(await focused(page) === first, "k does not lead back");
  await page.keyboard.press("o");
  const closed = await page.evaluate(() =>
    Array.from(document.querySelectorAll("details.event"))
      .filter((e) => e.offsetParent !== null && !e.open).length);
  check(closed === 0, `o leaves ${closed} events closed`);
  await page.keyboard.press("c");
  await page.keyboard.press("/");
  await page.keyboard.type("no event has these words");
  check(await page.locator("details.event:visible").count() === 0,
    "a search for what is not there shows events");
  await page.keyboard.press("Escape");
  check(await page.locator("details.event:visible").count() > 0,
    "Escape does not end the search");
}

// Were the page to be tricked into running something, the policy forbids it.
async function testPolicy(page) {
  const refused = await page.evaluate(() => new Promise((resolve) => {
    document.addEventListener("securitypolicyviolation",
      (event) => resolve(event.effectiveDirective));
    const script = document.createElement("script");
    script.textContent = "window.hacked = 1";
    document.body.append(script);
    setTimeout(() => resolve("nothing"), 2000);
  }));
  check(refused.startsWith("script-src"), `refused: ${refused}`);
  check(await page.evaluate(() => window.hacked) === undefined,
    "a script that was put into the page ran");
}

// Which stroke an arrow has tells its kind, to who sees no colours too.
async function testStrokes(page) {
  const strokes = await page.evaluate(() => {
    const kinds = {};
    for (const event of document.querySelectorAll("details.event")) {
      const arrow = event.querySelector(".arrow");
      const style = arrow && getComputedStyle(arrow);
      if (style)
        kinds[event.className] =
          style.borderBottomStyle + style.borderBottomWidth;
    }
    return Object.values(kinds);
  });
  check(new Set(strokes).size === strokes.length,
    `two kinds share a stroke: ${strokes.join(" ")}`);
}

async function testTrace(browser, file) {
  await test("is_walked_by_keyboard", () =>
    with_page(browser, file, {}, testKeyboard));
  await test("holds_its_policy", () =>
    with_page(browser, file, {}, testPolicy));
  await test("tells_kinds_apart_without_colour", () =>
    with_page(browser, file, {}, testStrokes));
  await test("is_whole_without_its_script", () =>
    with_page(browser, file, { javaScriptEnabled: false }, async (page) => {
      check(await page.locator(".tools").isHidden(), "dead tools are shown");
      const event = page.locator("details.event:visible").first();
      await event.locator("summary").first().click();
      check(await event.locator(".detail").isVisible(), "it does not open");
    }));
  await test("prints_without_its_tools", () =>
    with_page(browser, file, {}, async (page) => {
      await page.emulateMedia({ media: "print" });
      check(await page.locator(".tools").isHidden(), "tools are printed");
      check(await page.locator(".ladder:visible").count() > 0,
        "no ladder is printed");
    }));
  await test("leads_from_an_event_to_its_rule_and_source", () =>
    with_page(browser, file, {}, async (page) => {
      const bad = await page.evaluate(() =>
        Array.from(document.querySelectorAll("details.event"))
          .filter((event) => !event.querySelector(
            ".detail a[href^='https://www.rfc-editor.org/rfc/rfc']") ||
            !event.querySelector(".detail dd code"))
          .map((event) => event.querySelector(".no").textContent));
      check(bad.length === 0, `events ${bad.join(" ")} do not`);
    }));
}

async function testHostile(browser, file) {
  await test("shows_hostile_bytes_as_text", () =>
    with_page(browser, file, {}, async (page) => {
      await openSome(page);
      const seen = await page.evaluate(() => ({
        hacked: window.hacked,
        text: document.querySelector("main").textContent,
        strange: document.querySelectorAll(
          "main script, main style, main img, main svg, main iframe").length,
      }));
      check(seen.hacked === undefined, "a peer's script ran");
      check(seen.strange === 0, "a peer's bytes became elements");
      check(seen.text.includes("</pre></title><script>window.hacked=1"),
        "the peer's markup is not shown as text");
      check(seen.text.includes("\\xE2\\x80\\xAEgnp.exe"),
        "the mark that turns the direction is not shown as bytes");
      check(seen.text.includes("\\xFF\\xFE\\xC0\\xAF"),
        "broken UTF-8 is not shown as bytes");
      check(!/[\u202A-\u202E\u2066-\u2069\x00-\x08\x1b\uFFFD]/.test(seen.text),
        "something that misleads the eye is in the text");
    }));
}

// ---- all of them ------------------------------------------------------------

function labPages() {
  return fs.readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(folder, entry.name, "index.html"))
    .filter((file) => fs.existsSync(file));
}

async function main() {
  const place = fs.mkdtempSync(path.join(os.tmpdir(), "wirelab-pages-"));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu"], // in CI, as root
  });
  try {
    const hostile = await hostilePage(place);
    console.log("the list of labs");
    await testAny(browser, path.join(folder, "index.html"));
    for (const file of [hostile, ...labPages()]) {
      console.log(path.relative(folder, file).startsWith("..")
        ? "a page of hostile bytes" : path.relative(folder, file));
      await testAny(browser, file);
      await testTrace(browser, file);
    }
    await testHostile(browser, hostile);
  } finally {
    await browser.close();
    fs.rmSync(place, { recursive: true });
  }
}

main().catch((error) => {
  failed++;
  console.log(`    FAILED ${error.stack}`);
}).finally(() => {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
});
