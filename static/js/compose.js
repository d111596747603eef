import { count } from "./counting.js";
import { composing } from "./guard.js";
import { hurry, settled, startSaving, touched } from "./saving.js";
import { scroller } from "./thread.js";

const FIELDS = "[data-composer]";
const TYPED = "textarea, input[type=text], select[name=visibility]";

let held = "";
let caret = 0;
let since = [];
let asked = false;
let below = null;

/* Forms to write with: they save by themselves, count what is left, and send by Ctrl+Enter. */
export function startCompose() {
  document.addEventListener("input", typed);
  document.addEventListener("change", chosen);
  document.addEventListener("keydown", pressed);
  startSaving(changedElsewhere);
  document.body.addEventListener("htmx:confirm", hold);
  document.body.addEventListener("htmx:configRequest", beside);
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { target, requestConfig, shouldSwap } = event.detail;
    if (!shouldSwap) return;
    const by = requestConfig?.elt;
    remember(by?.matches?.(FIELDS) ? by : null, requestConfig?.formData);
    asked = Boolean(target?.matches?.("[data-answer]")) && !by?.matches(".sending");
    below = asked ? fromEnd(scroller(target)) : null;
  });
  document.body.addEventListener("htmx:afterSettle", shown);
  // What was typed is in the form still, and nowhere else.
  for (const failed of ["htmx:sendError", "htmx:responseError"])
    document.body.addEventListener(failed, ({ detail }) => {
      if (detail.elt.matches?.(FIELDS)) touched(detail.elt);
    });
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

/* Where a person types, and what they typed since the form's own request was sent. */
function remember(form, sent) {
  const field = document.activeElement;
  held = field?.closest(FIELDS) ? field.name : "";
  caret = held && field.matches(TYPED) && field.value.length - field.selectionEnd;
  since = [];
  if (!form) return;
  settled(form);
  for (const { name, value } of form.querySelectorAll(TYPED))
    if (value !== (sent.get(name) ?? "")) since.push([name, sent.get(name) ?? "", value]);
}

/* The form came with what was sent: what was typed since goes in its place. */
function carry(form) {
  for (const [name, sent, now] of since) {
    const field = form.elements[name];
    if (field?.matches("select")) {
      const offered = [...field.options].some((one) => one.value === now);
      if (offered && field.value === sent) field.value = now;
    } else if (field) {
      const at = field.value.lastIndexOf(sent);
      if (at < 0) field.value += `\n\n${now}`;
      else field.value = field.value.slice(0, at) + now + field.value.slice(at + sent.length);
    }
  }
  if (since.length) touched(form);
  since = [];
  count(form);
}

/* Both texts, in the place of the form that knew only one of them. */
function changedElsewhere(form, html, sent) {
  const target = document.querySelector(form.getAttribute("hx-target"));
  remember(form, sent);
  const how = { swapStyle: form.getAttribute("hx-swap") };
  window.htmx.swap(target, html, how, { contextElement: form, eventInfo: { target } });
}

/* What was opened by a person takes the keys; a form that came anew keeps the field. */
function shown(event) {
  const forms = [...document.querySelectorAll(FIELDS)];
  for (const form of forms) begin(form);
  const form = event.detail.target?.querySelector?.(FIELDS) ?? event.detail.elt?.closest?.(FIELDS);
  const wanted = form?.querySelector(".found-people button, [aria-invalid=true], [data-kept]");
  if (form) carry(form);
  if (wanted) wanted.focus();
  else if (form && (asked || held)) {
    const field = form.querySelector(`[name="${CSS.escape(held || "text")}"]`);
    (field?.matches("input:not([type=hidden]), textarea") ? field : form.querySelector("[data-text]"))?.focus();
    if (held && field?.matches("textarea, input[type=text]"))
      field.setSelectionRange(field.value.length - caret, field.value.length - caret);
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

/* A button's request holds all that was typed: it comes after what is being saved. So
   does what puts something else in the form's place, and perhaps shows the draft again. */
function hold(event) {
  const { elt, target, issueRequest } = event.detail;
  const form = elt.closest?.(FIELDS);
  if (form?.matches(".htmx-request")) return; // a second one is dropped
  const other = form ? null : target?.querySelector?.(FIELDS);
  const saving = form ? settled(form) : other && hurry(other);
  if (!saving) return;
  event.preventDefault();
  saving.then(() => {
    if (form) settled(form);
    issueRequest(true);
  });
}

/* What comes back by itself takes no other answer's place. */
function beside({ detail }) {
  if (!detail.elt.matches(".sending") || detail.verb !== "get") return;
  if (detail.elt.closest("[data-answer]")?.querySelector(FIELDS)) detail.formData.set("beside", "1");
}
