import { holds, leaveOut, whole } from "./whole.js";

/* The ticked rows by their ids, with what is known of them: also of those that the page
   does not show now. Rows that are drawn anew are told what they were. */
let ticks = new Map();

export function rows() {
  return [...document.querySelectorAll("#list .row")];
}

export function ticked(row) {
  return whole() ? holds(row) : ticks.has(row.id);
}

export function tick(row, on) {
  if (whole()) leaveOut(row, !on);
  else if (on) ticks.set(row.id, known(row));
  else ticks.delete(row.id);
}

export function tickedRows() {
  return ticks;
}

export function only(entries = []) {
  ticks = new Map(entries);
}

function known({ dataset }) {
  const { account, handle, short, place } = dataset;
  return { account, handle, short, place, held: Number(dataset.held) };
}

/* What is known of the ticked rows now. A row that has left the list is not ticked any
   more; one that lies beyond this part of the list is. Says how many have left. */
export function settle(all) {
  const shown = new Map(all.map((row) => [row.id, row]));
  const before = ticks.size;
  for (const [id, { place }] of ticks) {
    const row = shown.get(id);
    if (row) ticks.set(id, known(row));
    else if (!beyond(all, place)) ticks.delete(id);
  }
  return before - ticks.size;
}

function beyond(all, place) {
  if (!all.length) return false;
  const later = new URLSearchParams(location.search).has("at");
  if (later && order(place, all[0].dataset.place) > 0) return true;
  const more = document.querySelector("#list .more");
  return Boolean(more) && order(place, all.at(-1).dataset.place) < 0;
}

function order(one, other) {
  const [a, b] = [one, other].map((place) => place.split(".").map(Number));
  return a[0] - b[0] || a[1] - b[1];
}
