import { say } from "./status.js";

let index = 0;

/* The list is one Tab stop; the row with the focus keeps it when its content changes. */
export function startRoving() {
  settle();
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.(".row");
    if (row) remember(row);
  });
  document.body.addEventListener("htmx:beforeSwap", () => {
    held = document.activeElement?.closest?.(".row")?.id ?? "";
  });
  document.body.addEventListener("htmx:afterSettle", after);
}

let held = "";

export function rows() {
  return [...document.querySelectorAll(".row .row-link")];
}

/* The row that keys act on: the one with the focus, otherwise the one that is open. */
export function current() {
  const focused = document.activeElement?.closest?.(".row");
  return focused ?? document.querySelector(".row[data-open]");
}

export function focusRow(step) {
  const all = rows();
  if (!all.length) return nextMessage(step);
  const here = all.indexOf(current()?.querySelector(".row-link"));
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step;
  const link = all[Math.min(Math.max(next, 0), all.length - 1)];
  link.focus();
  link.closest(".row").scrollIntoView({ block: "nearest" });
}

export function nextMessage(step) {
  const all = [...document.querySelectorAll("[data-reading] [data-message], [data-feed] > *")];
  const here = all.indexOf(document.activeElement?.closest("[data-message], [data-note]"));
  const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function remember(row) {
  index = rows().indexOf(row.querySelector(".row-link"));
  settle();
}

function settle() {
  rows().forEach((link, number) => {
    link.tabIndex = number === Math.max(index, 0) ? 0 : -1;
    const box = link.closest(".row").querySelector(".tick input");
    if (box) box.tabIndex = link.tabIndex;
  });
}

function after() {
  settle();
  if (!held || document.activeElement?.closest?.("dialog")) return;
  const all = rows();
  const same = document.getElementById(held)?.querySelector(".row-link");
  const next = same ?? all[Math.min(Math.max(index, 0), all.length - 1)];
  if (document.activeElement === document.body) next?.focus();
  // The line that says what was done, with its Undo, stays.
  if (!all.length) say(document.body.dataset.empty, { quietly: Boolean(document.querySelector(".status-line")) });
  held = "";
}
