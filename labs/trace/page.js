// SPDX-License-Identifier: MIT
// What a page can do beyond being read: walk the events by keyboard, show some
// kinds only, switch between what was said and what the wire carried. Without
// it the page is whole all the same, but for the rows that had to be packed.

const tools = document.querySelector(".tools");
const views = Array.from(document.querySelectorAll(".tools [name=view]"));

const isShown = (row) => row.querySelector("summary")?.checkVisibility();
const openable = () => blocks.filter((block) => block.loaded && block.shown)
  .flatMap((block) => Array.from(block.list.children))
  .filter(isShown).map((row) => row.querySelector("details"));

function filter() {
  for (const kind of kinds)
    document.body.classList.toggle(`no-${kind.value}`, !kind.checked);
  look();
}

function show(view) {
  document.body.classList.toggle("on-wire", view === "wire");
  views.forEach((radio) => { radio.checked = radio.value === view; });
  if (search.value.trim() === "")
    told.textContent = view === "wire" ? "Shown as the wire carried it" :
      "Shown as it was said";
  look();
}

// The row after or before, of this block or of the next that is shown.
async function beside(row, step) {
  const next = (r) =>
    step > 0 ? r.nextElementSibling : r.previousElementSibling;
  const list = blocks.filter((block) => block.shown);
  let at = list.indexOf(blockOf.get(row.parentElement));
  for (row = next(row); ; row = next(row)) {
    while (!row) {
      at += step;
      if (at < 0 || at >= list.length)
        return null;
      if (!list[at].loaded)
        await list[at].load();
      row = step > 0 ? list[at].list.firstElementChild :
        list[at].list.lastElementChild;
    }
    if (isShown(row))
      return row;
  }
}

// From the event that has the focus, or the first one below the window's top.
async function walk(step) {
  const here = document.activeElement.closest("ol.rows > li");
  const below = (row) => isShown(row) && row.getBoundingClientRect().top >= 0;
  const row = here ? await beside(here, step) :
    blocks.filter((block) => block.loaded && block.shown)
      .flatMap((block) => Array.from(block.list.children)).find(below);
  const summary = row?.querySelector("summary");
  summary?.focus();
  summary?.scrollIntoView({ block: "nearest" });
}

function openAll(open) {
  for (const details of openable())
    details.open = open;
}

const keys = {
  j: () => walk(1),
  k: () => walk(-1),
  o: () => openAll(true),
  c: () => openAll(false),
  n: () => goToFound(1),
  N: () => goToFound(-1),
  w: () => show(onWire() ? "said" : "wire"),
  "/": () => search.focus(),
};

// In the field itself letters are letters.
function searchKey(press) {
  if (press.key === "Enter") {
    press.preventDefault();
    goToFound(press.shiftKey ? -1 : 1);
  } else if (press.key === "Escape") {
    search.value = "";
    look();
    search.blur();
  }
}

document.addEventListener("keydown", (press) => {
  if (press.ctrlKey || press.metaKey || press.altKey || tools.hidden)
    return;
  if (press.target === search) {
    searchKey(press);
  } else if (keys[press.key]) {
    press.preventDefault();
    keys[press.key]();
  }
});

// A link to an event opens it, and what it stands in.
async function openTarget() {
  const id = location.hash.slice(1);
  const target = document.getElementById(id) ?? await rowOf(id);
  if (!target?.matches("details"))
    return;
  for (let part = target; part; part = part.parentElement.closest("details"))
    part.open = true;
  target.scrollIntoView();
  target.querySelector("summary").focus({ preventScroll: true });
}

if (blocks.length > 0) {
  let wait = 0;
  tools.hidden = false;
  document.body.classList.add("live");
  search.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(look, 150);
  });
  kinds.forEach((kind) => kind.addEventListener("change", filter));
  views.forEach((radio) => radio.addEventListener("change",
    () => show(radio.value)));
  const press = (id, act) =>
    document.querySelector(id).addEventListener("click", act);
  press("#next", () => goToFound(1));
  press("#back", () => goToFound(-1));
  press("#open", () => openAll(true));
  press("#close", () => openAll(false));
}
window.addEventListener("hashchange", openTarget);
openTarget();
