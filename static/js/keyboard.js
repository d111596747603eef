import { acts } from "./guard.js";
import { closeTop } from "./menus.js";
import { current, focusRow, nextMessage, rows, startRoving } from "./roving.js";
import { anyTicked, carryOn, tickAll, tickNone, tickPage, toggle } from "./selection.js";
import { say } from "./status.js";

const OFF = "inboxhub-keys-off";
let before = "";
let forget = 0;

/* Single keys for what the page can do; they click what a mouse would click. */
export function startKeyboard() {
  for (const hint of document.querySelectorAll("[data-keyboard]")) hint.hidden = off();
  const control = document.querySelector("[data-keys-switch]");
  if (control) {
    control.checked = !off();
    control.addEventListener("change", () => {
      if (control.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    });
  }
  startRoving();
  document.addEventListener("keydown", pressed);
}

function off() {
  return localStorage.getItem(OFF) === "1";
}

function pressed(event) {
  if (event.key === "Escape") return escape(event);
  if (!acts(event) || off() || document.querySelector("dialog[open]")) return;
  // The second star of two is pressed with a Shift of its own.
  if (["Shift", "AltGraph", "CapsLock"].includes(event.key)) return;
  const key = before + event.key;
  before = "";
  clearTimeout(forget);
  if (key === "g" || key === "*") {
    before = key;
    forget = setTimeout(() => (before = ""), 1500);
    return;
  }
  if (act(key)) event.preventDefault();
}

function act(key) {
  if (/^g[a-z,]$/.test(key)) return go(key[1]);
  if (/^[0-9]$/.test(key)) return click(accountLink(key));
  const action = ACTIONS[key];
  if (!action) return false;
  return action() !== false;
}

const ACTIONS = {
  j: () => focusRow(1),
  k: () => focusRow(-1),
  ArrowDown: () => inList() && focusRow(1),
  ArrowUp: () => inList() && focusRow(-1),
  o: () => click(current()?.querySelector("[data-open-row]")),
  x: () => toggle(current()),
  J: () => carryOn(current(), () => focusRow(1)),
  K: () => carryOn(current(), () => focusRow(-1)),
  "*a": tickPage,
  "**": tickAll,
  "*n": tickNone,
  u: () => verb(ticksAreRead() ? ["mark-unread"] : ["mark-read", "mark-unread"]),
  U: olderRead,
  e: () => verb(["hide", "unhide"]),
  y: () => verb(["remove"]),
  "#": () => verb(["delete"]),
  r: () => click(replyTo()),
  l: () => click(reactTo()),
  c: () => click(document.querySelector("[data-compose]")),
  z: () => click(lastUndo()),
  n: () => nextMessage(1),
  p: () => nextMessage(-1),
  ".": () => click(document.querySelector("[data-new]:not([hidden]), .list-top .arrivals")),
  "/": () => focusSearch(),
  "[": () => neighbour(-1),
  "]": () => neighbour(1),
  "?": () => document.getElementById("help")?.showModal(),
};

/* `g` and a letter: the links of the side know their letters. */
function go(letter) {
  return click(document.querySelector(`[data-go="${CSS.escape(letter)}"]`));
}

function inList() {
  return Boolean(document.activeElement?.closest(".row"));
}

function click(element) {
  element?.click();
  return Boolean(element);
}

/* On the ticks if there are any, else on the row with the focus, else on what is open. */
function verb(names) {
  const row = document.activeElement?.closest(".row");
  const bar = document.querySelector("[data-selection]");
  if (anyTicked()) return click(button(bar, names)) || nothing("notHere");
  if (!row) return click(button(document.querySelector("[data-toolbar]"), names)) || nothing();
  if (click(button(row, names))) return true;
  return onRow(row, button(bar, names)) || nothing();
}

function ticksAreRead() {
  return Boolean(document.querySelector("[data-selection][data-all-read]"));
}

/* Operations are numbered in the order in which they were asked for. */
function lastUndo() {
  const number = ({ form }) => Number(/\d+/.exec(form.getAttribute("action")));
  return [...document.querySelectorAll("[data-undo]")].sort((one, other) => number(other) - number(one))[0];
}

function button(place, names) {
  const all = names.map((name) => place?.querySelector(`[data-verb="${name}"]`));
  return all.find(Boolean);
}

/* What has no button in a row goes through the bar's button, for this row alone. */
function onRow(row, model) {
  const box = row.querySelector(".tick input");
  if (!model || !box) return false;
  const values = Object.fromEntries(new FormData(document.getElementById("single")));
  values[box.name] = box.value;
  window.htmx.ajax("POST", model.getAttribute("hx-post"), { target: "#confirm", values });
  return true;
}

/* Everything that is older than the row, in the same box of its account. */
function olderRead() {
  const row = current();
  const model = document.querySelector('[data-selection] [data-verb="mark-read"]');
  if (!row || !model) return nothing();
  const { next, csrfmiddlewaretoken } = Object.fromEntries(new FormData(document.getElementById("single")));
  const values = { next, csrfmiddlewaretoken, older: row.dataset.latest };
  // Not from the row: it may have left the page before the answer comes.
  const source = document.getElementById("main");
  window.htmx.ajax("POST", model.getAttribute("hx-post"), { source, swap: "none", values });
  return true;
}

/* The message with the focus, otherwise what the conversation's own button answers. */
function replyTo() {
  const message = document.activeElement?.closest("[data-message]");
  const open = document.querySelector("[data-answer] [data-text]");
  const link = message?.querySelector("[data-reply-to]");
  if (open && !link) return { click: () => open.focus() };
  return link ?? document.querySelector("[data-reply]");
}

function reactTo() {
  const message = document.activeElement?.closest("[data-message]");
  const last = [...document.querySelectorAll("[data-reading] .message:not(.own)")].at(-1);
  return (message ?? last)?.querySelector("[data-react]");
}

function nothing(why = "nothing") {
  say(document.body.dataset[why]);
  return true;
}

function focusSearch() {
  const field = document.querySelector("[data-search]");
  field?.focus();
  field?.select();
}

function accountLink(digit) {
  if (digit === "0") return document.querySelector('.places [aria-current="true"]');
  return document.querySelector(`.places [data-account="${digit}"]`);
}

function neighbour(step) {
  const places = [...document.querySelectorAll(".places [data-go]")];
  const here = places.findIndex((place) => place.hasAttribute("aria-current"));
  return click(places[here + step]);
}

function escape(event) {
  if (!acts(event, { inFields: true })) return;
  if (document.querySelector("dialog[open], :popover-open")) return;
  const field = event.target.closest?.("input:not([type=checkbox]), textarea");
  if (field) return field.blur();
  if (closeTop()) return;
  if (anyTicked()) return tickNone();
  const open = document.querySelector(".row[data-open] .row-link") ?? rows()[0];
  const inPane = document.activeElement?.closest("[data-reading]");
  if (inPane && open?.offsetParent) open.focus();
  else if (document.querySelector("[data-reading] [data-back]"))
    if (!open?.offsetParent) document.querySelector("[data-back]").click();
}
