// SPDX-License-Identifier: MIT
//
// source.js OUT BIN: reads the pages of the source below OUT/source and those
// of the labs beside them, in a headless Chromium. Every link of every page has
// to lead to a file that is there and to an anchor in it; no page may run a
// script, carry a style of its own or need another file. Every row of every
// lab's page has to lead to its line of the source, its rule and its frame, and
// every line that says something to a row; of each page some are clicked.
// axe-core has to find nothing, wide and narrow, light and dark; and on paper
// the two columns stay.
//
// Ends in "N passed, N failed".
"use strict";

const { execFileSync, spawnSync } = require("node:child_process");
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");
const zlib = require("node:zlib");
const { WIDE, NARROW, FORMS, run, test, testAny, title, check, until,
  with_page } = require("./browse.js");

const [out, bin = "bin"] = process.argv.slice(2);
const source = path.join(out, "source");

// ---- every page, as the browser reads it ------------------------------------

function* filesBelow(folder) {
  const names = fs.readdirSync(folder, { withFileTypes: true });
  for (const entry of names.sort((a, b) => a.name < b.name ? -1 : 1)) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory())
      yield* filesBelow(file);
    else
      yield file;
  }
}

// The rows that a lab's page has packed are part of it.
function whole(text) {
  const unpack = (packed) => zlib.inflateSync(Buffer.from(packed, "base64"));
  return text.replace(/<template class="packed"[^>]*>([^<]*)<\/template>/g,
    (_, packed) => `<ol>${unpack(packed)}</ol>`);
}

// What a page has, told by the browser, which reads it without showing it.
function parse([url, text]) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const all = (where) => Array.from(page.querySelectorAll(where));
  const href = (link) => new URL(link.getAttribute("href"), url).href;
  const lines = {};
  for (const line of all(".code pre > span"))
    for (const named of [line, ...line.querySelectorAll("[id]")])
      lines[named.id] = Number(line.id.slice(1));
  const rows = {};
  for (const row of all("details.event[id]")) {
    const first = (where) => {
      const link = row.querySelector(`.detail ${where}`);
      return link && href(link);
    };
    rows[row.id] = { source: first("a.to-source"), frame: first("a.to-frame"),
      rule: first("a[href^='https://www.rfc-editor.org/rfc/rfc']") };
  }
  const active = all("script, iframe, object, img, [src], [style], " +
    "link[rel=stylesheet]").concat(all("*").filter((element) =>
    element.getAttributeNames().some((name) => name.startsWith("on"))));
  return {
    ids: all("[id]").map((element) => element.id), lines, rows,
    links: all("a[href]").map(href), code: all(".code pre a[href]").map(href),
    active: active[0]?.outerHTML.slice(0, 80),
    policy: page.querySelector("meta[http-equiv=Content-Security-Policy]")
      ?.content ?? "",
  };
}

const pages = new Map(); // by address
const addressOf = (...parts) => pathToFileURL(path.join(...parts)).href;

async function readPages(browser) {
  const reader = await browser.newPage();
  for (const file of filesBelow(out)) {
    if (!file.endsWith(".html"))
      continue;
    const page = await reader.evaluate(parse,
      [addressOf(file), whole(fs.readFileSync(file, "utf8"))]);
    page.twice = page.ids.length - new Set(page.ids).size;
    page.ids = new Set(page.ids);
    pages.set(addressOf(file), page);
  }
  await reader.close();
}

const exists = new Map();
function problemOf(link) {
  if (!link.startsWith("file:"))
    return /^https?:/.test(link) ? "" : "neither a file nor a page of the web";
  const [address, anchor] = link.split("#");
  if (!exists.has(address))
    exists.set(address, fs.existsSync(fileURLToPath(address)));
  if (!exists.get(address))
    return "no such file";
  if (anchor !== undefined &&
      !pages.get(address)?.ids.has(decodeURIComponent(anchor)))
    return "no such anchor";
  return "";
}

async function testPages() {
  let links = 0;
  await test("every_link_of_every_page_leads_somewhere", () => {
    const dead = [];
    for (const [address, page] of pages)
      for (const link of page.links) {
        links++;
        const problem = problemOf(link);
        if (problem !== "")
          dead.push(`${address}: ${link}: ${problem}`);
      }
    check(links > 0 && dead.length === 0,
      [`${dead.length} dead links`, ...dead.slice(0, 20)].join("\n        "));
  });
  await test("no_anchor_twice_and_nothing_but_markup", () => {
    for (const [address, page] of pages) {
      check(page.twice === 0, `${address}: ${page.twice} anchors twice`);
      check(page.policy.startsWith("default-src 'none'"),
        `${address}: no policy`);
      if (address.startsWith(addressOf(source)))
        check(!page.active, `${address}: ${page.active}`);
    }
  });
  await test("a_name_in_the_code_means_what_its_file_can_know", () => {
    // "labs/http-page", "smtp": what others of its kind know nothing of.
    const roomOf = (address) =>
      /\/source\/(labs\/\w+-[\w-]+|\w+)\//.exec(address)?.[1];
    for (const [address, page] of pages) {
      const room = roomOf(address);
      if (room === undefined || ["labs", "tests", "steps"].includes(room))
        continue;
      const known = new Set([room, "common", undefined]);
      for (const link of page.code)
        check(known.has(roomOf(link)) || room.startsWith("labs/") &&
          !roomOf(link).startsWith("labs/"), `${address}: leads to ${link}`);
    }
  });
  console.log(`    ${pages.size} pages, ${links} links followed`);
}

// ---- twice the same ---------------------------------------------------------

function digests() {
  const hash = (file) =>
    crypto.createHash("sha256").update(fs.readFileSync(file)).digest("hex");
  return new Map([...filesBelow(source)].map((file) => [file, hash(file)]));
}

async function testTwice() {
  await test("made_twice_it_has_the_same_bytes", () => {
    const before = digests();
    execFileSync("/usr/bin/python3",
      ["labs/source/source.py", out, path.join(bin, "trace")],
      { stdio: ["ignore", "ignore", "inherit"] });
    const after = digests();
    check(before.size === after.size,
      `${before.size} files, then ${after.size}`);
    for (const [file, hash] of before)
      check(after.get(file) === hash, `${file} is not what it was`);
  });
}

// ---- from a lab's page to the source, and back ------------------------------

const CLICKED_ALL = "http-page"; // the lab of which every row is tried
const CLICKED = 3; // of each of the others

function labs() {
  return fs.readdirSync(out).filter((lab) =>
    fs.existsSync(path.join(out, lab, "trace.pcapng"))).sort();
}

// What a socket took of what a program said is no row of a page.
function eventsOf(lab) {
  const text = execFileSync(path.join(bin, "trace"),
    ["show", "--json", path.join(out, lab, "trace.pcapng")],
    { maxBuffer: 1 << 28 }).toString();
  return text.trim().split("\n").map((line) => JSON.parse(line))
    .filter((event) => event.layer !== "socket");
}

// What is there in the row of an event, of all rows of a lab's page.
function checkRow(lab, row, event) {
  const where = `event ${event.id} of ${lab}`;
  check(row, `${where}: it has no row`);
  const [address, anchor] = (row.source ?? "").split("#");
  check(address === addressOf(source, `${event.src.file}.html`),
    `${where}: its source is ${row.source}`);
  check(pages.get(address).lines[anchor] === event.src.line,
    `${where}: ${anchor} is not line ${event.src.line}`);
  check(!event.rfc || row.rule, `${where}: no way to its rule`);
  // On loopback some frames are none: the records of a socket stand for them.
  check(row.frame || event.frames.length === 0 || lab === "rehearsal",
    `${where}: no way to its frame`);
}

// What the address leads to, and whether it can be seen. A row that is packed
// is there as soon as the page's script has unpacked it.
async function target(page, where) {
  let found;
  await until(async () => {
    found = await page.evaluate(lookAt);
    return found.seen;
  }, `${where}: what the link leads to is not in sight`);
  return found;
}

function lookAt() {
  const there = document.getElementById(location.hash.slice(1));
  const box = there?.getBoundingClientRect();
  const line = there?.closest("pre > span") ?? there;
  return { text: line?.textContent.replace(/\n$/, ""),
    seen: box && box.top > -2 && box.top + 16 < window.innerHeight &&
      box.height > 0, open: there?.open };
}

// A click on a way to another page, and what stands there then.
async function follow(page, link, where) {
  const before = page.url();
  await link.click();
  await page.waitForURL((url) => url.href !== before);
  return target(page, where);
}

// A link to a row opens it; from there it is one click to each of the three.
async function followRow(page, home, lab, event) {
  await page.goto(`${home}#e${event.id}`);
  const where = `event ${event.id} of ${lab}`;
  const row = page.locator(`#e${event.id}`);
  await until(async () => (await target(page, where)).open,
    `${where}: its row is not open`);
  const rule = row.locator("a[href*='rfc-editor.org']").first();
  check(!event.rfc || await rule.isVisible(), `${where}: no way to its rule`);
  const frame = row.locator("a.to-frame").first();
  if (await frame.count() > 0)
    await follow(page, frame, `${where}, its frame`);
  const found = await follow(page, row.locator("a.to-source").first(),
    `${where}, its source`);
  const line = fs.readFileSync(event.src.file, "utf8")
    .split("\n")[event.src.line - 1];
  check(page.url().includes(`/source/${event.src.file}.html#`),
    `${where}: leads to ${page.url()}`);
  check(found.text === line,
    `${where}: leads to "${found.text}", not "${line}"`);
}

async function testRows(browser, lab) {
  const file = path.join(out, lab, "index.html");
  const events = eventsOf(lab);
  const { rows } = pages.get(addressOf(file));
  const step = lab === CLICKED_ALL ? 1 : Math.ceil(events.length / CLICKED);
  await test(`every_row_of_${lab}_leads_to_source_rule_and_frame`, () =>
    events.forEach((event) => checkRow(lab, rows[`e${event.id}`], event)));
  await test(`a_click_in_${lab}_is_enough`, () =>
    with_page(browser, file, {}, async (page) => {
      for (let i = 0; i < events.length; i += step)
        await followRow(page, addressOf(file), lab, events[i]);
    }));
  await test(`every_line_of_${lab}_leads_back`, () => {
    for (const { src } of events) {
      const { links } = pages.get(addressOf(source, `${src.file}.html`));
      check(links.some((link) => link.includes(`/${lab}/index.html#e`)),
        `${src.file}:${src.line} shows nothing of ${lab}`);
    }
  });
}

async function testBack(browser) {
  const file = path.join(source, "smtp", "smtp_client.c.html");
  await test("every_call_that_says_something_is_shown_in_a_trace", () => {
    const told = spawnSync("/usr/bin/python3",
      ["labs/source/unsaid.py", out, path.join(bin, "trace")],
      { encoding: "utf8" });
    check(told.status === 0, (told.stdout + told.stderr).trim());
  });
  await test("what_was_said_leads_to_its_event", () =>
    with_page(browser, file, {}, async (page) => {
      const link = page.locator(".said a[href*='smtp-relay']").first();
      const said = await link.locator("xpath=..").locator("code").innerText();
      const found = await follow(page, link, "what was said");
      check(found.seen && found.text.includes(said.split(" ")[0]),
        `"${said}" leads to "${found.text?.slice(0, 80)}"`);
      check(found.open, "the event is not open");
    }));
}

// ---- how it looks -----------------------------------------------------------

const SAMPLE = ["index.html", "README.md.html", "rules.html", "smtp/index.html",
  "smtp/smtp_client.c.html", "common/conn.h.html", "http/http_status.c.html",
  "labs/world/wire.c.html", "labs/http-page/WORKSHEET.md.html",
  "tests/unit/test_conn.c.html", "steps/index.html"];

// Left of each other, or one above the other: a comment and its code.
const columns = (page) => page.evaluate(() => {
  const words = document.querySelector(".begins .words");
  const code = words.parentElement.querySelector(".code");
  const [a, b] = [words, code].map((part) => part.getBoundingClientRect());
  return { beside: a.right <= b.left, above: a.bottom <= b.top };
});

const A4 = { width: 794, height: 1123 };

async function testLook(browser) {
  const forms = [...FORMS,
    ["narrow_and_dark", { viewport: NARROW, colorScheme: "dark" }]];
  for (const name of SAMPLE) {
    const file = path.join(source, name);
    if (!fs.existsSync(file))
      continue;
    title(`source/${name}`);
    await testAny(browser, file, forms);
  }
  const file = path.join(source, "smtp", "smtp_client.c.html");
  await test("words_stand_beside_their_code", () =>
    with_page(browser, file, { viewport: WIDE }, async (page) =>
      check((await columns(page)).beside, "not in a wide window")));
  await test("words_stand_above_their_code_in_a_narrow_window", () =>
    with_page(browser, file, { viewport: NARROW }, async (page) =>
      check((await columns(page)).above, "they don't")));
  await test("the_table_of_rules_keeps_its_columns", () =>
    with_page(browser, path.join(source, "rules.html"), {}, async (page) => {
      const style = (where, what) => page.locator(where).first()
        .evaluate((e, name) => getComputedStyle(e)[name], what);
      check(await style(".rules", "tableLayout") === "fixed", "it has none");
      await page.setViewportSize(A4);
      await page.emulateMedia({ media: "print" });
      check(await style(".rules td", "display") === "table-cell",
        "not on paper");
    }));
  await test("both_columns_are_on_paper", () =>
    with_page(browser, file, {}, async (page) => {
      const paper = await page.pdf({ format: "A4" });
      check(paper.length > 20000, `${paper.length} bytes of PDF`);
      await page.setViewportSize(A4);
      await page.emulateMedia({ media: "print" });
      check((await columns(page)).beside, "one above the other");
    }));
}

run(async (browser) => {
  title("the links of all pages");
  await readPages(browser);
  await testPages();
  title("made again");
  await testTwice();
  for (const lab of labs()) {
    title(`from ${lab} to the source and back`);
    await testRows(browser, lab);
  }
  await testBack(browser);
  await testLook(browser);
});
