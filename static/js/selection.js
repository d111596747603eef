import { refresh } from "./arrivals.js";
import { filled, number, show } from "./bar.js";
import { elsewhere, keep, kept } from "./kept.js";
import { answered, ask } from "./reach.js";
import { say } from "./status.js";
import { only, rows, settle, tick, ticked, tickedRows } from "./ticks.js";
import { begin, count, end, late, learn, leaveOut, whole } from "./whole.js";

/* The newest message that the ticked rows held when they were ticked. */
let upTo = { of: "", bound: 0 };
let last = "";
/* Whether the question on the screen is about the ticked rows. */
let askedOfTicks = false;

/* Ticks: one, a range with Shift, a page, or all of a list, also beyond this page. */
export function startSelection() {
  if (!document.getElementById("list")) return;
  if (bar()) restore();
  document.addEventListener("click", extend);
  document.addEventListener("change", changed);
  document.addEventListener("contextmenu", pressed);
  document.addEventListener("reset", (event) => {
    if (event.target.id === "selection") setTimeout(tickNone);
  });
  document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.target.id === "confirm") askedOfTicks = Boolean(detail.elt.closest("[data-selection]"));
  });
  document.body.addEventListener("htmx:afterRequest", done);
  document.body.addEventListener("inboxhub:many", () => refresh(document.getElementById("list")));
  const main = document.getElementById("main");
  new MutationObserver(draw).observe(main, { childList: true, subtree: true });
  draw();
}

/* What was done to the ticked rows leaves none of them ticked. */
function done({ detail: { elt, successful, xhr } }) {
  const direct = elt.closest?.("[data-selection] [data-verb]:not([hx-target])");
  const agreed = askedOfTicks && elt.closest?.("[data-confirm] form");
  // An answer that leads to the operation's own page is no success to htmx.
  const leads = xhr.getResponseHeader("HX-Redirect")?.startsWith("/operations/");
  if ((direct || agreed) && (successful || leads)) tickNone();
}

function restore() {
  const before = kept(bar());
  if (before?.whole) begin(before.whole);
  only(before?.ticks);
  upTo = before?.upTo ?? upTo;
  const other = before ? null : elsewhere(bar());
  if (!other) return;
  const rows = other.whole ? other.whole.rows : other.ticks.length;
  say(filled(bar().dataset.saidElsewhere, { rows: number(bar(), "row", rows), query: other.query }));
}

function bar() {
  return document.querySelector("[data-selection]");
}

export function anyTicked() {
  return Boolean(tickedRows().size || whole());
}

export function tickPage() {
  for (const row of rows()) tick(row, true);
  draw();
}

export function tickNone() {
  const held = bar()?.contains(document.activeElement);
  only();
  end();
  delete bar()?.dataset.choosing;
  draw();
  const next = held && (document.getElementById(last) ?? rows()[0]);
  if (next) next.querySelector(".row-link").focus({ preventScroll: true });
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
  const without = here.filter((row) => !ticked(row));
  begin(snapshot, here);
  for (const row of without) leaveOut(row, true);
  only();
}

/* A long press on a phone ticks; its menu would be that of a link. */
function pressed(event) {
  const row = event.target.closest?.("#list .row");
  if (!row || event.pointerType !== "touch") return;
  event.preventDefault();
  toggle(row);
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
  const gone = settle(all);
  for (const row of all) {
    const box = row.querySelector(".tick input");
    if (box.checked !== ticked(row)) box.checked = ticked(row);
  }
  const [ticks, here] = [tickedRows(), all.filter(ticked)];
  const of = whole() ? `${whole().bound} ${Object.keys(whole().excluded)}` : `${[...ticks.keys()]}`;
  if (upTo.of !== of) upTo = { of, bound: 0 };
  const key = of && `${of} ${here.filter((row) => row.matches(".unread")).map(({ id }) => id)}`;
  show(now, { all, ticks, here, bound: upTo.bound, reach: answered(key) });
  keep(now, of ? { ticks: [...ticks], whole: whole(), upTo } : null);
  if (gone) say(number(now, "saidLeft", gone), { quietly: Boolean(document.querySelector(".status-line")) });
  inquire(now, of, key);
  if (await learn(now, all)) draw();
}

/* How far the verbs go is asked of what is counted exactly. */
function inquire(now, of, key) {
  const settled = !("choosing" in now.dataset) && whole()?.exact !== false;
  ask(now, settled ? key : "", ({ bound }) => {
    upTo = { of, bound };
    draw();
  });
}
