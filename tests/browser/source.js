// SPDX-License-Identifier: MIT
//
// source.js OUT BIN: reads the pages of the source below OUT/source and those
// of the labs beside them. Every link of every page has to lead to a file that
// is there and to an anchor in it; no page may ask for anything, run a script
// or carry a style of its own. A sample of them is opened in a headless
// Chromium: from the rows of a lab's page to source, rule and frame, and from
// there back; axe-core has to find nothing, wide and narrow, light and dark;
// and on paper the two columns stay.
//
// Ends in "N passed, N failed".
"use strict";

const { execFileSync, spawnSync } = require("node:child_process");
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const zlib = require("node:zlib");
const { WIDE, NARROW, FORMS, run, test, testAny, check, with_page, openSome } =
  require("./browse.js");

const [out, bin = "bin"] = process.argv.slice(2);
const source = path.join(out, "source");

// ---- every page, as text ----------------------------------------------------

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

const unescape = (text) => text.replace(/&(amp|lt|gt|quot|#39|#x27);/g,
  (_, name) => ({ amp: "&", lt: "<", gt: ">", quot: '"' })[name] ?? "'");

// The rows that a lab's page has packed are part of it.
function whole(text) {
  const unpack = (packed) => zlib.inflateSync(Buffer.from(packed, "base64"));
  return text.replace(/(<template class="packed"[^>]*>)([^<]*)/g,
    (_, head, packed) => head + unpack(packed));
}

const ACTIVE = new RegExp("<script|<link rel=\"stylesheet|\\sstyle=\"|" +
  "\\son\\w+=\"|\\ssrc=\"");
const pages = new Map();
function pageOf(file) {
  if (!pages.has(file)) {
    const text = whole(fs.readFileSync(file, "utf8"));
    const ids = [...text.matchAll(/ id="([^"]*)"/g)].map((m) => unescape(m[1]));
    pages.set(file, {
      ids: new Set(ids),
      twice: ids.length - new Set(ids).size,
      links: [...text.matchAll(/ href="([^"]*)"/g)].map((m) => unescape(m[1])),
      active: ACTIVE.exec(text),
      policy: /default-src 'none'/.test(text),
    });
  }
  return pages.get(file);
}

function problemOf(file, link) {
  if (/^(https?|data):/.test(link))
    return "";
  const [relative, anchor] = link.split("#");
  const target = relative === "" ? file :
    path.resolve(path.dirname(file), decodeURIComponent(relative));
  if (!fs.existsSync(target))
    return "no such file";
  if (anchor !== undefined &&
      !pageOf(target).ids.has(decodeURIComponent(anchor)))
    return "no such anchor";
  return "";
}

async function readAll() {
  const all = [...filesBelow(out)].filter((file) => file.endsWith(".html"));
  const ours = all.filter((file) => file.startsWith(source + path.sep));
  let links = 0;
  await test("every_link_of_every_page_leads_somewhere", () => {
    const dead = [];
    for (const file of all)
      for (const link of pageOf(file).links) {
        links++;
        const problem = problemOf(file, link);
        if (problem !== "")
          dead.push(`${file}: ${link}: ${problem}`);
      }
    check(dead.length === 0, `${dead.length} dead links\n        ` +
      dead.slice(0, 20).join("\n        "));
  });
  await test("no_anchor_twice_and_nothing_but_markup", () => {
    for (const file of ours) {
      const page = pageOf(file);
      check(page.twice === 0, `${file}: ${page.twice} anchors twice`);
      check(!page.active, `${file}: ${page.active}`);
      check(page.policy, `${file}: no policy`);
    }
  });
  console.log(`    ${all.length} pages, ${links} links followed`);
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

const EVENTS_ALL = "http-page"; // the lab of which every row is tried
const EVENTS_MAX = 6; // of each of the others

function labs() {
  return fs.readdirSync(out).filter((lab) =>
    fs.existsSync(path.join(out, lab, "trace.pcapng"))).sort();
}

function eventsOf(lab) {
  const text = execFileSync(path.join(bin, "trace"),
    ["show", "--json", path.join(out, lab, "trace.pcapng")],
    { maxBuffer: 1 << 28 }).toString();
  return text.trim().split("\n").map((line) => JSON.parse(line));
}

// What the address leads to, and whether it can be seen. A row that is packed
// is there as soon as the page's script has unpacked it.
async function target(page) {
  let found = await page.evaluate(lookAt);
  for (let i = 0; i < 200 && !found.seen; i++) {
    await page.waitForTimeout(50);
    found = await page.evaluate(lookAt);
  }
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
async function follow(page, link) {
  const before = page.url();
  await link.click();
  await page.waitForURL((url) => url.href !== before);
  return target(page);
}

// A link to a row opens it; from there it is one click to each of the three.
async function followRow(page, home, lab, event) {
  await page.goto(`${home}#e${event.id}`);
  const where = `event ${event.id} of ${lab}`;
  const row = page.locator(`#e${event.id}`);
  const shown = await target(page);
  check(shown.seen && shown.open, `${where}: its row is not open`);
  const rule = row.locator("a[href*='rfc-editor.org']").first();
  check(!event.rfc || await rule.isVisible(), `${where}: no way to its rule`);
  const frame = row.locator("a.to-frame").first();
  // What did not pass the wire names records of the socket in their place.
  const hasFrame = await frame.count() > 0;
  check(hasFrame || event.frames.length === 0 || lab !== EVENTS_ALL,
    `${where}: no way to its frame`);
  if (hasFrame)
    check((await follow(page, frame)).seen, `${where}: its frame is not shown`);
  const found = await follow(page, row.locator("a.to-source").first());
  const line = fs.readFileSync(event.src.file, "utf8")
    .split("\n")[event.src.line - 1];
  check(page.url().includes(`/source/${event.src.file}.html#`),
    `${where}: leads to ${page.url()}`);
  check(found.text === line,
    `${where}: leads to "${found.text}", not "${line}"`);
  check(found.seen, `${where}: its line is not in sight`);
}

async function testRows(browser, lab) {
  const events = eventsOf(lab);
  const step = lab === EVENTS_ALL ? 1 : Math.ceil(events.length / EVENTS_MAX);
  const file = path.join(out, lab, "index.html");
  await test(`${lab}_leads_to_source_rule_and_frame`, () =>
    with_page(browser, file, {}, async (page) => {
      for (let i = 0; i < events.length; i += step)
        if (events[i].layer !== "socket")
          await followRow(page, pathToFileURL(file).href, lab, events[i]);
    }));
  await test(`every_line_of_${lab}_leads_back`, () => {
    for (const { src } of events) {
      const links = pageOf(path.join(source, `${src.file}.html`)).links;
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
      const found = await follow(page, link);
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

// axe-core reads every element, and more than once: of a long page enough is
// left to show each kind of row.
const ROWS_MAX = 40;
async function shorten(page) {
  await page.evaluate((most) => {
    for (const rows of ["main .row", "main tr"])
      document.querySelectorAll(rows).forEach((row, i) => {
        if (i >= most)
          row.remove();
      });
  }, ROWS_MAX);
  await openSome(page);
}

// Left of each other, or one above the other: a comment and its code.
const columns = (page) => page.evaluate(() => {
  const words = document.querySelector(".begins .words");
  const code = words.parentElement.querySelector(".code");
  const [a, b] = [words, code].map((part) => part.getBoundingClientRect());
  return { beside: a.right <= b.left, above: a.bottom <= b.top };
});

async function testLook(browser) {
  const forms = [...FORMS,
    ["narrow_and_dark", { viewport: NARROW, colorScheme: "dark" }]];
  for (const name of SAMPLE) {
    const file = path.join(source, name);
    if (!fs.existsSync(file))
      continue;
    console.log(`source/${name}`);
    await testAny(browser, file, forms, shorten);
  }
  const file = path.join(source, "smtp", "smtp_client.c.html");
  await test("words_stand_beside_their_code", () =>
    with_page(browser, file, { viewport: WIDE }, async (page) =>
      check((await columns(page)).beside, "not in a wide window")));
  await test("words_stand_above_their_code_in_a_narrow_window", () =>
    with_page(browser, file, { viewport: NARROW }, async (page) =>
      check((await columns(page)).above, "they don't")));
  await test("both_columns_are_on_paper", () =>
    with_page(browser, file, {}, async (page) => {
      const paper = await page.pdf({ format: "A4" });
      check(paper.length > 20000, `${paper.length} bytes of PDF`);
      await page.setViewportSize({ width: 794, height: 1123 }); // A4
      await page.emulateMedia({ media: "print" });
      check((await columns(page)).beside, "one above the other");
    }));
}

run(async (browser) => {
  console.log("the links of all pages");
  await readAll();
  await testTwice();
  console.log("from trace to source and back");
  for (const lab of labs())
    await testRows(browser, lab);
  await testBack(browser);
  await testLook(browser);
});
