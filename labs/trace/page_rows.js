// SPDX-License-Identifier: MIT
// The rows of a page, in blocks. What the page has written out is one block;
// what it has packed (page_rows.c) is a block for every few rows, which stands
// empty at about its height and is unpacked when it comes near the window.
// What is unpacked is markup that the page's writer has made, in which all that
// a peer sent is escaped: here as there it stays text.
"use strict";

const AHEAD = "1500px 0px";
const ROW_GUESSED = 34; // pixels, where none has been laid out yet

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream()
    .pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).text();
}

class Block {
  constructor(list, packed = null, height = 0) {
    this.list = list;
    this.packed = packed;
    this.prefix = packed?.dataset.prefix ?? "";
    this.first = Number(packed?.dataset.first);
    this.text = packed?.content.textContent;
    this.loaded = !packed;
    this.found = new Set(); // places of rows that a search has found
    if (packed)
      list.style.height = `${Number(packed.dataset.rows) * height}px`;
  }

  // One wants it: it is unpacked, wherever the window stands. Several may wait
  // for each other, so what comes second asks again.
  async load(wanted = () => true) {
    if (this.loaded)
      return;
    const markup = await unpack(this.text);
    if (this.loaded || !wanted())
      return;
    const made = document.createElement("template");
    made.innerHTML = markup;
    this.list.replaceChildren(made.content);
    this.list.style.height = "";
    this.loaded = true;
    this.mark();
  }

  // Far from the window again; what the reader has opened stays.
  unload(height) {
    if (!this.packed || !this.loaded ||
        this.list.querySelector("details[open], :focus"))
      return;
    this.list.style.height = `${height}px`;
    this.list.replaceChildren();
    this.loaded = false;
  }

  // The markup of each row, whether it is in the page or packed.
  async rows() {
    if (this.loaded)
      return Array.from(this.list.children, (row) => row.innerHTML);
    return (await unpack(this.text)).split("<li>").slice(1);
  }

  mark() {
    if (this.loaded)
      Array.from(this.list.children).forEach((row, i) =>
        row.classList.toggle("found", this.found.has(i)));
  }

  get shown() {
    return this.list.checkVisibility();
  }
}

function findBlocks() {
  const found = [];
  let height = ROW_GUESSED;
  for (const part of document.querySelectorAll("ol.rows, template.packed")) {
    if (part.matches("ol")) {
      height = part.offsetHeight / part.children.length || ROW_GUESSED;
      found.push(new Block(part));
      continue;
    }
    const list = document.createElement("ol");
    list.className = "rows";
    found.push(new Block(list, part, height));
  }
  for (const block of found)
    block.packed?.replaceWith(block.list);
  return found;
}

const blocks = findBlocks();
const blockOf = new Map(blocks.map((block) => [block.list, block]));

// One block a picture, so that none is late.
const queue = [];
let working = false;
async function work() {
  if (working)
    return;
  working = true;
  for (let block = queue.pop(); block; block = queue.pop()) {
    if (!block.near || block.loaded)
      continue;
    await block.load(() => block.near);
    await new Promise(requestAnimationFrame);
  }
  working = false;
}

const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const block = blockOf.get(entry.target);
    block.near = entry.isIntersecting;
    if (block.near)
      queue.push(block);
    else
      block.unload(entry.boundingClientRect.height);
  }
  work();
}, { rootMargin: AHEAD });
blocks.filter((block) => block.packed)
  .forEach((block) => watcher.observe(block.list));

// The row of an event, unpacked if need be: "e12" is the id of one.
async function rowOf(id) {
  const there = document.getElementById(id);
  const number = Number(id.slice(1));
  if (there || !(number > 0))
    return there;
  const block = blocks.findLast((b) =>
    b.packed && b.prefix === id[0] && b.first <= number);
  await block?.load();
  return document.getElementById(id);
}
