// SPDX-License-Identifier: MIT
// Finding words in what is shown: in the rows and in what they show when they
// are opened, of the kinds that were chosen, as it was said or as the wire
// carried it. Large and small letters are the same.

const search = document.querySelector("#search");
const told = document.querySelector("#told");
const kinds = Array.from(document.querySelectorAll(".tools [name=kind]"));
const find = { word: "", hits: [], at: -1, turn: 0 };

const onWire = () => document.body.classList.contains("on-wire");

// What stands in a row, from its markup: the page's writer puts comments
// around what only one of the two views shows, and peers can't write any.
const NAMED = { lt: "<", gt: ">", amp: "&", quot: '"', "#39": "'", nbsp: " " };
function textOf(markup) {
  const hidden = onWire()
    ? /<!-{2}s-->.*?<!-{2}\/s-->/gs : /<!-{2}w-->.*?<!-{2}\/w-->/gs;
  return markup.replace(hidden, "").replace(/<[^>]*>/g, "")
    .replace(/&(lt|gt|amp|quot|#39|nbsp);/g, (all, name) => NAMED[name])
    .toLowerCase();
}

function isWanted(markup) {
  const kind = /class="event (\w+)/.exec(markup)?.[1];
  if (kind === "note" && onWire())
    return false;
  return kinds.every((k) => k.value !== kind || k.checked);
}

function forget() {
  find.turn++;
  find.hits = [];
  find.at = -1;
  for (const block of blocks.filter((b) => b.found.size > 0)) {
    block.found.clear();
    block.mark();
  }
  globalThis.CSS?.highlights?.clear();
}

// Most blocks don't have the word: its longest plain piece is quickly missed.
async function lookIn(block) {
  const rows = await block.rows();
  const piece = find.word.split(/[^a-z0-9]+/)
    .reduce((a, b) => b.length > a.length ? b : a);
  if (!rows.some((markup) => markup.toLowerCase().includes(piece)))
    return [];
  return rows.flatMap((markup, row) =>
    isWanted(markup) && textOf(markup).includes(find.word) ? [row] : []);
}

function tellCount(sofar = "") {
  const count = find.hits.length.toLocaleString("en");
  if (find.hits.length > 0)
    told.textContent = `${count} ${find.hits.length === 1 ? "row has" :
      "rows have"} “${find.word}”${sofar}`;
  else
    told.textContent = sofar ? `Looking for “${find.word}”${sofar}` :
      `No row that is shown has “${find.word}”`;
}

// Block by block, so that the page stays quick meanwhile; a newer search ends
// an older one.
async function look() {
  forget();
  find.word = search.value.trim().toLowerCase();
  const turn = find.turn;
  if (find.word === "") {
    told.textContent = "";
    return;
  }
  const list = blocks.filter((block) => block.shown);
  for (const [i, block] of list.entries()) {
    const rows = await lookIn(block);
    if (turn !== find.turn)
      return;
    block.found = new Set(rows);
    block.mark();
    find.hits.push(...rows.map((row) => ({ block, row })));
    if (i % 50 === 49)
      tellCount(`, ${Math.round(100 * i / list.length)} % looked at`);
  }
  tellCount();
}

// Where the word stands in a row, lit up where the browser can do that.
function light(row) {
  const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  const ranges = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.data.toLowerCase();
    let at = text.length === node.length ? text.indexOf(find.word) : -1;
    for (; at >= 0; at = text.indexOf(find.word, at + find.word.length)) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + find.word.length);
      ranges.push(range);
    }
  }
  globalThis.CSS?.highlights?.set("found", new Highlight(...ranges));
}

async function goToFound(step) {
  const count = find.hits.length;
  if (count === 0) {
    if (find.word !== "")
      tellCount();
    return;
  }
  find.at = find.at < 0 ? (step > 0 ? 0 : count - 1)
    : (find.at + step + count) % count;
  const { block, row } = find.hits[find.at];
  await block.load();
  const item = block.list.children[row];
  const details = item.querySelector("details");
  const summary = item.querySelector("summary");
  if (details && !textOf(summary.innerHTML).includes(find.word))
    item.querySelectorAll("details").forEach((d) => { d.open = true; });
  summary?.focus({ preventScroll: true });
  (summary ?? item).scrollIntoView({ block: "center" });
  light(item);
  told.textContent = `${(find.at + 1).toLocaleString("en")} of ` +
    `${count.toLocaleString("en")}`;
}
