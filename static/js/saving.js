const PAUSE = 800;
const AGAIN = 5000;
// Characters: what a page still sends while it goes may have 64 KiB.
const LONGEST_LAST = 20_000;

let saving = null;
let renew = null;
/* Forms with words that are not kept yet, each with the timer of its next try. */
const changed = new Map();

/* What is typed is kept by itself: soon after the last key, when the page goes, and when
   the form goes. `shown` puts the answer of a draft that another page changed. */
export function startSaving(shown) {
  renew = shown;
  const all = () => [...changed.keys()].forEach((form) => save(form, true));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") all();
  });
  addEventListener("pagehide", all);
  document.body.addEventListener("htmx:beforeCleanupElement", ({ target }) => {
    if (changed.has(target)) save(target);
  });
}

export function touched(form) {
  later(form, PAUSE);
}

/* A request of the form itself holds all that was typed: nothing more is saved before it.
   What is on its way to be saved, if anything. */
export function settled(form) {
  clearTimeout(changed.get(form));
  changed.delete(form);
  return saving;
}

/* What is typed is kept now, if that is possible. */
export function hurry(form) {
  if (saving) return saving.then(() => hurry(form));
  return changed.has(form) ? save(form) : null;
}

function later(form, pause) {
  clearTimeout(changed.get(form));
  changed.set(form, setTimeout(save, pause, form));
}

/* A form that left the page meanwhile has its words still. `leaving`: there is no time to
   wait for what is under way. */
async function save(form, leaving = false) {
  if (!leaving && (saving || form.matches(".htmx-request"))) return later(form, PAUSE);
  settled(form);
  const mine = (saving = send(form));
  const done = await mine;
  if (saving === mine) saving = null;
  if (done) return;
  say(form, form.dataset.unsaved);
  later(form, AGAIN);
}

async function send(form) {
  const body = new FormData(form);
  for (const name of ["picture", "find"]) body.delete(name);
  body.set("do", "keep");
  const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
  const keepalive = body.get("text").length < LONGEST_LAST;
  const options = { method: "POST", body, headers, keepalive, redirect: "error" };
  try {
    const answer = await fetch(form.action, options);
    const html = await answer.text();
    if (answer.status === 409 && html) {
      if (form.isConnected) renew(form, html, body);
      return true;
    }
    if (!answer.ok || answer.headers.has("HX-Redirect")) return false;
    say(form, html);
    adopt(form);
    return true;
  } catch {
    return false;
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
