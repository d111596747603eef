const PAUSE = 800;
const AGAIN = 5000;

let timer = 0;
let saving = null;
const changed = new WeakSet();

/* What is typed is kept by itself: soon after the last key, and when the page goes. */
export function startSaving(forms) {
  const all = () => saveAll(document.querySelectorAll(forms));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") all();
  });
  addEventListener("pagehide", all);
}

export function touched(form) {
  changed.add(form);
  later(form, PAUSE);
}

/* A request of the form itself holds all that was typed: nothing more is saved before it.
   What is on its way to be saved, if anything. */
export function settled(form) {
  clearTimeout(timer);
  changed.delete(form);
  return saving;
}

function later(form, pause) {
  clearTimeout(timer);
  timer = setTimeout(() => save(form), pause);
}

async function save(form) {
  clearTimeout(timer);
  if (saving) return later(form, PAUSE);
  if (!form.isConnected || !changed.has(form)) return;
  changed.delete(form);
  saving = send(form);
  const done = await saving;
  saving = null;
  if (!done && form.isConnected) {
    changed.add(form);
    say(form, form.dataset.unsaved);
    later(form, AGAIN);
  }
}

async function send(form, keepalive = false) {
  const body = new FormData(form);
  for (const name of ["picture", "find"]) body.delete(name);
  body.set("do", "keep");
  const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
  const options = { method: "POST", body, headers, keepalive, redirect: "error" };
  try {
    const answer = await fetch(form.action, options);
    if (!answer.ok || answer.headers.has("HX-Redirect")) return false;
    say(form, await answer.text());
    adopt(form);
    return true;
  } catch {
    return false;
  }
}

function saveAll(forms) {
  for (const form of forms) {
    if (!changed.has(form)) continue;
    settled(form);
    send(form, true);
  }
}

function say(form, html) {
  const place = form.querySelector("[data-saved]");
  if (!place) return;
  if (html.includes("data-saved")) place.outerHTML = html;
  else place.textContent = html;
}

/* From now on the form is about the draft that was made of it. */
function adopt(form) {
  const kept = form.querySelector("[data-saved][data-draft]");
  if (kept) form.elements.draft.value = kept.dataset.draft;
}
