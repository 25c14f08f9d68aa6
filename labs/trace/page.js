// What a page can do beyond being read: walk the events by keyboard, show some
// kinds only, find words. Without it the page is whole all the same. It makes
// no markup from text: what a peer sent stays text.
"use strict";

const events = Array.from(document.querySelectorAll("details.event"));
const tools = document.querySelector(".tools");
const search = document.querySelector("#search");
const told = document.querySelector("#told");
const kinds = Array.from(document.querySelectorAll(".tools [name=kind]"));

const shown = () => events.filter((event) => event.offsetParent !== null);

function filter() {
  const word = search.value.trim().toLowerCase();
  const wanted = new Set(kinds.filter((k) => k.checked).map((k) => k.value));
  let count = 0;
  for (const event of events) {
    const kind = kinds.find((k) => event.classList.contains(k.value));
    const fits = (!kind || wanted.has(kind.value)) &&
      (word === "" || event.textContent.toLowerCase().includes(word));
    event.parentElement.hidden = !fits;
    count += fits ? 1 : 0;
  }
  told.textContent = `${count} of ${events.length} events shown`;
}

// From the event that has the focus, or the first one below the window's top.
function walk(step) {
  const list = shown();
  const here = document.activeElement.closest("details.event");
  let at = list.indexOf(here);
  if (at < 0)
    at = list.findIndex((e) => e.getBoundingClientRect().top >= 0) - (step > 0);
  const next = list[Math.min(Math.max(at + step, 0), list.length - 1)];
  if (next) {
    next.querySelector("summary").focus();
    next.scrollIntoView({ block: "nearest" });
  }
}

function openAll(open) {
  for (const event of shown())
    event.open = open;
}

const keys = {
  j: () => walk(1),
  k: () => walk(-1),
  o: () => openAll(true),
  c: () => openAll(false),
  "/": () => search.focus(),
};

document.addEventListener("keydown", (press) => {
  if (press.ctrlKey || press.metaKey || press.altKey)
    return;
  if (press.target === search) {
    if (press.key === "Escape") {
      search.value = "";
      filter();
      search.blur();
    }
    return;
  }
  if (keys[press.key]) {
    press.preventDefault();
    keys[press.key]();
  }
});

// A link to an event opens it.
function openTarget() {
  const target = document.getElementById(location.hash.slice(1));
  if (target && target.matches("details")) {
    target.open = true;
    const whole = target.closest(".whole");
    if (whole)
      whole.open = true;
    target.scrollIntoView();
  }
}

if (tools && events.length > 0) {
  tools.hidden = false;
  search.addEventListener("input", filter);
  kinds.forEach((kind) => kind.addEventListener("change", filter));
  document.querySelector("#open").addEventListener("click", () => openAll(true));
  document.querySelector("#close").addEventListener("click", () => openAll(false));
}
window.addEventListener("hashchange", openTarget);
window.addEventListener("beforeprint", () => openAll(true));
openTarget();
