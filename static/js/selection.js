import { say } from "./status.js";

let last = null;

/* Ticks: a range with Shift, the number of them, and all or none. */
export function startSelection() {
  const bar = document.querySelector("[data-selection]");
  if (!bar) return;
  document.addEventListener("click", extend);
  document.addEventListener("change", (event) => {
    if (event.target.matches(".tick input")) count(bar);
  });
  document.addEventListener("reset", () => setTimeout(() => count(bar)));
  document.body.addEventListener("htmx:oobAfterSwap", () => count(bar));
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const verb = event.detail.elt.closest?.("[data-selection] [data-verb]");
    if (verb && event.detail.successful && !verb.matches("[hx-target]")) tickNone();
  });
  count(bar);
}

export function boxes() {
  return [...document.querySelectorAll(".row .tick input")];
}

export function ticked() {
  return boxes().filter((box) => box.checked);
}

export function tickAll() {
  for (const box of boxes()) box.checked = true;
  changed();
}

export function tickNone() {
  for (const box of ticked()) box.checked = false;
  changed();
}

export function toggle(row) {
  const box = row?.querySelector(".tick input");
  if (!box) return;
  box.checked = !box.checked;
  last = box;
  changed();
}

function changed() {
  const bar = document.querySelector("[data-selection]");
  if (bar) count(bar);
}

function extend(event) {
  const box = event.target.closest(".tick input");
  if (!box) return;
  const all = boxes();
  if (event.shiftKey && last && all.includes(last)) {
    const ends = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const between of all.slice(ends[0], ends[1] + 1)) between.checked = box.checked;
    changed();
  }
  last = box;
}

function count(bar) {
  const number = ticked().length;
  const { one, many } = bar.dataset;
  const words = number === 1 ? one : many.replace("#", number);
  const shown = bar.querySelector("[data-selected]");
  if (shown.textContent === words) return;
  shown.textContent = words;
  if (number) say(words, { quietly: true });
}
