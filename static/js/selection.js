import { refresh } from "./arrivals.js";
import { show } from "./bar.js";
import { keep, kept } from "./kept.js";
import { say } from "./status.js";
import { begin, count, end, holds, late, learn, leaveOut, whole } from "./whole.js";

/* The ids of the ticked rows. Rows that are drawn anew are told what they were. */
let ticks = new Set();
let last = "";

/* Ticks: one, a range with Shift, a page, or all of a list, also beyond this page. */
export function startSelection() {
  if (!bar()) return;
  const before = kept(bar().dataset.list);
  if (before?.whole) begin(before.whole);
  ticks = new Set(before?.ticks);
  document.addEventListener("click", extend);
  document.addEventListener("change", changed);
  document.addEventListener("reset", (event) => {
    if (event.target.id === "selection") setTimeout(tickNone);
  });
  document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
    const done = "[data-selection] [data-verb]:not([hx-target]), [data-confirm] form";
    if (detail.successful && detail.elt.closest?.(done)) tickNone();
  });
  document.body.addEventListener("inboxhub:many", () => refresh(document.getElementById("list")));
  const main = document.getElementById("main");
  new MutationObserver(draw).observe(main, { childList: true, subtree: true });
  draw();
}

function bar() {
  return document.querySelector("[data-selection]");
}

function rows() {
  return [...document.querySelectorAll("#list .row")];
}

export function anyTicked() {
  return Boolean(ticks.size || whole());
}

export function tickPage() {
  for (const row of rows()) tick(row, true);
  draw();
}

export function tickNone() {
  const held = bar()?.contains(document.activeElement);
  ticks = new Set();
  end();
  delete bar()?.dataset.choosing;
  draw();
  if (held) (document.getElementById(last) ?? rows()[0])?.querySelector(".row-link").focus();
}

export function toggle(row) {
  if (!row?.querySelector(".tick input")) return;
  tick(row, !ticked(row));
  last = row.id;
  draw();
}

/* Ticks the row, and the one that the step leads to. */
export function carryOn(row, step) {
  if (row && !ticked(row)) toggle(row);
  step();
  const next = document.activeElement?.closest(".row");
  if (next && !ticked(next)) toggle(next);
}

/* All of the list as it is now. A list that ends on the page is all on the page. */
export async function tickAll() {
  if (!bar() || whole()) return;
  if (bar().querySelector("[hidden] > [data-whole]")) return tickPage();
  const [now, here] = [bar(), rows()];
  now.dataset.choosing = "";
  tickPage();
  try {
    const snapshot = await count(now);
    if ("choosing" in now.dataset) choose(snapshot, here);
  } catch {
    say(now.dataset.failed);
  }
  delete now.dataset.choosing;
  draw();
}

/* What was unticked while the answer was on its way is left out. */
function choose(snapshot, here) {
  const without = here.filter((row) => !ticks.has(row.id));
  begin(snapshot, here);
  for (const row of without) leaveOut(row, true);
  ticks = new Set();
}

function ticked(row) {
  return whole() ? holds(row) : ticks.has(row.id);
}

function tick(row, on) {
  if (whole()) leaveOut(row, !on);
  else if (on) ticks.add(row.id);
  else ticks.delete(row.id);
}

function changed({ target }) {
  if (target.matches(".row .tick input")) {
    const row = target.closest(".row");
    tick(row, target.checked);
    draw();
    if (whole() && late(row)) say(bar().dataset.saidLater);
  } else if (target.matches("[data-tick-page]")) {
    if (target.checked) tickPage();
    else tickNone();
    const others = [...document.querySelectorAll("[data-tick-page]")];
    if (!target.checkVisibility({ checkVisibilityCSS: true }))
      others.find((other) => other !== target)?.focus({ preventScroll: true });
  } else if (target.matches("[data-whole]")) {
    if (target.checked) tickAll();
    else tickNone();
  }
}

function extend(event) {
  const row = event.target.closest(".tick input")?.closest(".row");
  if (!row) return;
  const all = rows();
  const start = all.findIndex((one) => one.id === last);
  if (event.shiftKey && start >= 0) {
    const [from, to] = [start, all.indexOf(row)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) tick(between, event.target.checked);
    draw();
  }
  last = row.id;
}

/* Tells the rows, the bar and the store what is ticked now. */
async function draw() {
  const now = bar();
  if (!now) return;
  const all = rows();
  const here = new Set(all.map((row) => row.id));
  ticks = new Set([...ticks].filter((id) => here.has(id)));
  for (const row of all) {
    const box = row.querySelector(".tick input");
    if (box.checked !== ticked(row)) box.checked = ticked(row);
  }
  show(now, all, all.filter(ticked));
  keep(now.dataset.list, { ticks: [...ticks], whole: whole() });
  if (await learn(now, all)) draw();
}
