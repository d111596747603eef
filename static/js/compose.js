import { count } from "./counting.js";
import { composing } from "./guard.js";
import { settled, startSaving, touched } from "./saving.js";
import { scroller } from "./thread.js";

const FIELDS = "[data-composer]";

let held = "";
let asked = false;
let below = null;

/* Forms to write with: they save by themselves, count what is left, and send by Ctrl+Enter. */
export function startCompose() {
  document.addEventListener("input", typed);
  document.addEventListener("change", chosen);
  document.addEventListener("keydown", pressed);
  startSaving(FIELDS);
  document.body.addEventListener("htmx:confirm", hold);
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    held = document.activeElement?.closest(FIELDS) ? document.activeElement.name : "";
    const { target, requestConfig } = event.detail;
    const by = requestConfig?.elt;
    asked = Boolean(target?.matches?.("[data-answer]")) && !by?.matches(".sending");
    below = asked ? fromEnd(scroller(target)) : null;
  });
  document.body.addEventListener("htmx:afterSettle", shown);
  for (const form of document.querySelectorAll(FIELDS)) begin(form);
  setInterval(countDown, 1000);
}

function countDown() {
  for (const place of document.querySelectorAll("[data-sends-in]"))
    place.textContent = Math.max(0, Number(place.textContent) - 1);
}

function begin(form) {
  count(form);
  for (const button of form.querySelectorAll("[data-attach], [data-change-account]"))
    button.classList.add("hidden");
}

/* What was opened by a person takes the keys; a form that came anew keeps the field. */
function shown(event) {
  const forms = [...document.querySelectorAll(FIELDS)];
  for (const form of forms) begin(form);
  const form = event.detail.target?.querySelector?.(FIELDS) ?? event.detail.elt?.closest?.(FIELDS);
  const wanted = form?.querySelector(".found-people button, [aria-invalid=true], [data-kept]");
  if (wanted) wanted.focus();
  else if (form && (asked || held)) {
    const field = form.querySelector(`[name="${CSS.escape(held || "text")}"]`);
    (field?.matches("input:not([type=hidden]), textarea") ? field : form.querySelector("[data-text]"))?.focus();
    if (asked) form.scrollIntoView({ block: "nearest" });
  }
  if (asked && below !== null) keepAbove(event.detail.target);
  const first = event.detail.target?.querySelector?.("[data-first]");
  if (first) first.focus();
  asked = false;
  held = "";
}

function fromEnd(view) {
  return view.scrollHeight - view.scrollTop - view.clientHeight;
}

/* The form grows upwards over what is being answered: that moves up with it. */
function keepAbove(slot) {
  const view = scroller(slot);
  view.scrollTop = view.scrollHeight - view.clientHeight - below;
}

function typed(event) {
  const form = event.target.closest?.(FIELDS);
  if (!form || event.target.matches("[data-find], [type=file]")) return;
  count(form);
  touched(form);
}

function chosen(event) {
  const form = event.target.closest?.(FIELDS);
  if (!form) return;
  if (event.target.matches("[data-pictures]") && event.target.files.length)
    form.querySelector("[data-attach]")?.click();
  if (event.target.matches("[data-account-choice]"))
    form.querySelector("[data-change-account]")?.click();
}

function pressed(event) {
  const form = event.target.closest?.(FIELDS);
  if (!form || event.key !== "Enter" || composing(event)) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.querySelector("[data-send]").click();
  }
}

/* A button's request holds all that was typed: it comes after what is being saved. */
function hold(event) {
  const form = event.detail.elt.closest?.(FIELDS);
  const saving = form && settled(form);
  if (!saving) return;
  event.preventDefault();
  saving.then(() => event.detail.issueRequest(true));
}
