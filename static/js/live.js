import { refresh, showRows } from "./arrivals.js";
import { startNotifying } from "./notify.js";
import { startSocket } from "./socket.js";
import { say } from "./status.js";
import { showThread } from "./thread.js";
import { startTimeline } from "./timeline.js";
import { startWatching } from "./watching.js";

const FIRST_PAUSE = 60;
const PAUSE = 250;
const MOST = 200;
const LONGEST_ACT = 10_000;

let told = empty();
let timer = 0;
let asking = false;
let notify = () => {};
let acting = 0;
let actedAt = 0;
let acted = 0;

/* Shows what the events tell of: asks for the rows, counts and messages on the screen. */
export function startLive() {
  const { seq } = document.body.dataset;
  if (seq === undefined) return;
  notify = startNotifying();
  document.body.addEventListener("htmx:beforeSend", () => {
    acting += 1;
    actedAt = Date.now();
  });
  document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
    acting = Math.max(0, acting - 1);
    if (detail.requestConfig?.verb !== "get") acted += 1;
  });
  let live = () => {};
  const { ask } = startSocket({ seq: Number(seq), heard, resync, state, live: (frame) => live(frame) });
  startWatching(ask);
  live = startTimeline(ask);
}

function empty() {
  return { conversations: new Set(), messages: new Set(), any: false };
}

function heard(frame) {
  notify(frame);
  document.dispatchEvent(new CustomEvent("inboxhub:event", { detail: frame }));
  told.any = true;
  for (const id of frame.conversations) told.conversations.add(id);
  for (const id of frame.ids) told.messages.add(id);
  soon(FIRST_PAUSE);
}

function soon(pause) {
  if (timer || asking) return;
  timer = setTimeout(ask, pause);
}

async function ask() {
  timer = 0;
  const now = told;
  told = empty();
  if (now.conversations.size > MOST) return resync();
  asking = true;
  try {
    const conversations = [...now.conversations];
    const messages = [...now.messages].slice(-MOST);
    const before = acted;
    const part = await fetched(`conversation=${conversations}&message=${messages}`);
    await calm();
    if (acted !== before) again(now);
    else if (part) show(part, conversations, messages);
  } finally {
    asking = false;
    if (told.any) soon(PAUSE);
  }
}

/* What was fetched may be older than what a verb has done meanwhile: asked once more. */
function again(now) {
  told.any = true;
  for (const id of now.conversations) told.conversations.add(id);
  for (const id of now.messages) told.messages.add(id);
}

/* While a verb is under way, the row it was clicked in stays: htmx puts the answer's
   pieces around it, and finds none of them from a row that has left the page. */
async function calm() {
  while (acting && Date.now() - actedAt < LONGEST_ACT)
    await new Promise((go) => setTimeout(go, 30));
}

async function fetched(query) {
  const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
  try {
    const answer = await fetch(`/changes/?${query}`, { headers, redirect: "error" });
    if (!answer.ok || answer.headers.has("HX-Redirect")) return null;
    const parsed = document.createElement("template");
    parsed.innerHTML = await answer.text();
    return parsed.content;
  } catch {
    return null;
  }
}

function show(part, conversations, messages) {
  showRows(part.querySelector("[data-rows-again]"), { conversations, messages });
  showThread(part.querySelector("[data-thread-again]"), part.querySelector("[data-opened]"));
  for (const piece of part.querySelectorAll("[hx-swap-oob][id]")) {
    const shown = document.getElementById(piece.id);
    if (!shown || shown.contains(document.activeElement)) continue;
    piece.removeAttribute("hx-swap-oob");
    if (bare(shown) === bare(piece)) continue;
    shown.replaceWith(piece);
    window.htmx.process(piece);
    piece.dispatchEvent(new CustomEvent("inboxhub:shown", { bubbles: true }));
  }
}

/* Without the token of its forms, which is another one each time: what is the same stays,
   so that nothing is taken away under a click. */
function bare(piece) {
  return piece.outerHTML.replace(/value="[A-Za-z0-9]{64}"/g, "").replace(/\s+/g, " ");
}

/* Too much was missed to tell it piece by piece. */
function resync() {
  told = empty();
  const list = document.getElementById("list");
  if (list) refresh(list);
  const open = document.querySelector("[data-conversation]")?.dataset.conversation;
  told.any = true;
  if (open) told.conversations.add(Number(open));
  soon(FIRST_PAUSE);
}

function state(now) {
  const words = document.body.dataset;
  document.documentElement.toggleAttribute("data-not-live", now !== "well");
  const line = document.getElementById("connection");
  if (now === "well") return line?.remove();
  if (line) return;
  const made = document.createElement("p");
  made.id = "connection";
  made.className = "connection";
  made.setAttribute("role", "status");
  made.textContent = now === "signed-out" ? words.signedOut : words.reconnecting;
  document.body.append(made);
  if (now === "signed-out") say(words.signedOut, { quietly: true });
}
