import { say } from "./status.js";

const NEAR_TOP = 48;

let waiting = new Map();
let emptying = false;

/* Puts rows where they belong now. What would move under the person's eyes waits behind
   a pill: only who is at the top of the list sees rows slide in. */
export function showRows(part, asked) {
  const pane = document.getElementById("list");
  if (!pane || !part) return;
  const rows = [...part.querySelectorAll(".row")];
  const list = pane.querySelector("[data-rows]");
  if (!list) {
    if (rows.length) refresh(pane);
    return;
  }
  const shown = new Set(rows.map((row) => row.id));
  for (const id of [...names("conversation", asked.conversations), ...names("message", asked.messages)])
    if (!shown.has(id)) leave(id);
  const top = scroller(pane).scrollTop < NEAR_TOP;
  let arrived = 0;
  for (const row of rows.reverse()) arrived += place(list, row, dayOf(row), top);
  if (arrived && top) announce(arrived);
  pill(pane, list);
  tidy();
}

/* After rows have left: heads without rows go too, and a list without any becomes what
   the server says of an empty one. */
export function tidy() {
  const pane = document.getElementById("list");
  const list = pane?.querySelector("[data-rows]");
  if (!list) return;
  for (const head of list.querySelectorAll(".day")) leaveBare(head);
  if (list.querySelector(".row") || emptying) return;
  emptying = true;
  refresh(pane)
    .then(toTheEmptyList)
    .finally(() => (emptying = false));
}

/* The focus was on the last row, and left the page with it. */
function toTheEmptyList() {
  if (document.activeElement !== document.body) return;
  document.querySelector("#list .empty")?.focus({ preventScroll: true });
}

/* The list down to where the person was, which its address says; what they look at stays
   where it is. The answer has what waited until now. */
export async function refresh(list) {
  const told = [...waiting.keys()];
  let back = null;
  list.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target === list && detail.shouldSwap) back = sight(list);
  });
  await window.htmx.ajax("GET", location.href, {
    source: list,
    target: list,
    select: "#list",
    swap: "outerHTML",
  });
  const fresh = document.getElementById("list");
  if (!back || !fresh) return;
  back(fresh);
  for (const id of told) waiting.delete(id);
}

/* Notes where the first row in sight is; what comes back scrolls another list there. */
function sight(list) {
  const top = scroller(list).scrollTop;
  const edge = list.querySelector(".list-top").getBoundingClientRect().bottom;
  const rows = top < NEAR_TOP ? [] : [...list.querySelectorAll(".row")];
  const first = rows.find((row) => row.getBoundingClientRect().bottom > edge);
  const was = first?.getBoundingClientRect().top;
  return (fresh) => {
    const view = scroller(fresh);
    view.scrollTop = top;
    const same = first && document.getElementById(first.id);
    if (same) view.scrollTop += same.getBoundingClientRect().top - was;
  };
}

function names(kind, ids) {
  return ids.map((id) => `${kind}-${id}`);
}

/* 1 when the row is news for the person, now or behind the pill. */
function place(list, row, day, top) {
  const old = document.getElementById(row.id);
  const news = row.classList.contains("unread") && old?.dataset.place !== row.dataset.place;
  if (old && old.dataset.place === row.dataset.place) {
    waiting.delete(row.id);
    replace(old, row);
    return 0;
  }
  if (!old && beyond(list, row)) return 0;
  if (top && !busy(old)) {
    waiting.delete(row.id);
    if (old) carry(old, row);
    const held = old?.contains(document.activeElement);
    remove(old);
    insert(list, row, day);
    if (held) row.querySelector(".row-link")?.focus({ preventScroll: true });
    if (news) row.classList.add("arrived");
  } else {
    waiting.set(row.id, { row, day, news });
    if (old) {
      const copy = row.cloneNode(true);
      copy.dataset.place = old.dataset.place;
      replace(old, copy);
    }
  }
  return news ? 1 : 0;
}

/* A row that the mouse or the keyboard is on stays where it is. */
function busy(row) {
  return Boolean(row?.matches(":hover, :focus-within"));
}

function beyond(list, row) {
  const last = [...list.querySelectorAll(".row")].at(-1);
  const more = list.querySelector(".more");
  return Boolean(more && last && compare(row, last) < 0);
}

function compare(one, other) {
  const [a, b] = [one, other].map((row) => row.dataset.place.split(".").map(Number));
  return a[0] - b[0] || a[1] - b[1];
}

function replace(old, row) {
  const held = old.contains(document.activeElement);
  carry(old, row);
  old.replaceWith(row);
  window.htmx.process(row);
  if (held) row.querySelector(".row-link")?.focus({ preventScroll: true });
}

function carry(old, row) {
  const box = row.querySelector(".tick input");
  if (box) box.checked = Boolean(old.querySelector(".tick input")?.checked);
  row.toggleAttribute("data-open", old.hasAttribute("data-open"));
}

function insert(list, row, day) {
  let head = [...list.querySelectorAll(".day")].find((one) => one.dataset.day === day.dataset.day);
  const after = [...list.querySelectorAll(".row")].find((one) => compare(one, row) < 0);
  if (!head) {
    head = day.cloneNode(true);
    list.insertBefore(head, after ? headOf(after) : list.querySelector(".more"));
  }
  const follows = sectionEnd(head, row);
  list.insertBefore(row, follows);
  window.htmx.process(row);
}

function sectionEnd(head, row) {
  let next = head.nextElementSibling;
  while (next?.classList.contains("row") && compare(next, row) > 0) next = next.nextElementSibling;
  return next;
}

function headOf(row) {
  let head = row;
  while (head && !head.classList.contains("day")) head = head.previousElementSibling;
  return head ?? row;
}

function dayOf(row) {
  return headOf(row);
}

/* Also of those that wait: what is shown later would be what is no longer there. */
function leave(id) {
  waiting.delete(id);
  const row = document.getElementById(id);
  if (row?.matches(".row:not([data-open])")) remove(row);
}

function remove(row) {
  if (!row) return;
  const head = headOf(row);
  row.remove();
  if (head !== row) leaveBare(head);
}

/* Before the link to older rows it stays: they may be of the same day. */
function leaveBare(head) {
  const next = head.nextElementSibling;
  if (!next?.matches(".row, .more")) head.remove();
}

function scroller(pane) {
  const scrolls = getComputedStyle(pane).overflowY !== "visible";
  return scrolls ? pane : document.scrollingElement;
}

function words(number) {
  const { newOne, newMany } = document.body.dataset;
  return number === 1 ? newOne : newMany.replace("#", number);
}

function announce(number) {
  say(words(number), { quietly: true });
}

function pill(pane, list) {
  const number = [...waiting.values()].filter(({ news }) => news).length;
  let button = pane.querySelector(".arrivals");
  if (!number) return button?.remove();
  if (!button) {
    button = document.createElement("button");
    button.type = "button";
    button.className = "arrivals";
    button.addEventListener("click", () => show(pane, list));
    pane.querySelector(".list-top").append(button);
  }
  if (button.textContent !== words(number)) {
    button.textContent = words(number);
    announce(number);
  }
}

function show(pane, list) {
  const rows = [...waiting.values()];
  waiting = new Map();
  for (const { row, day } of rows.sort((a, b) => compare(a.row, b.row))) {
    const old = document.getElementById(row.id);
    if (old) carry(old, row);
    remove(old);
    insert(list, row, day);
  }
  scroller(pane).scrollTop = 0;
  pane.querySelector(".arrivals")?.remove();
  list.querySelector(".row-link")?.focus({ preventScroll: true });
}
