import { say } from "./status.js";

const PAUSE = 250;
const FIRST_LOOK = 2_000;
const LOOK_EVERY = 5_000;
// Also what was just asked for on another page, before any of it is done.
const ASKED = /^operation\.|^message\.(accept|delete|hide|mark-|reject|remove|unhide)/;

const ends = new WeakMap();
let timer = 0;
let asking = false;
let again = false;
let askedAt = 0;
let heard = { operation: "", text: "" };
let unsaid = "";

/* The bar at the foot of every page, an operation's own page and the list of them: asked
   for anew when something happened, at most four times a second, and now and then without
   any news. */
export function startOperations() {
  if (!bar()) return;
  heard = { operation: bar().dataset.operation, text: bar().dataset.heard };
  document.addEventListener("inboxhub:event", ({ detail }) => {
    if (ASKED.test(detail.kind)) soon(PAUSE);
  });
  document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.requestConfig.verb === "post") soon(PAUSE);
  });
  document.body.addEventListener("htmx:beforeSwap", keepSame);
  document.body.addEventListener("htmx:oobAfterSwap", cover);
  document.body.addEventListener("htmx:afterSettle", cover);
  const status = document.getElementById("status");
  new MutationObserver(cover).observe(status, { childList: true, subtree: true });
  setInterval(tick, 1_000);
  cover();
}

function bar() {
  return document.getElementById("operation-bar");
}

function soon(pause) {
  if (asking) again = true;
  else if (!timer) timer = setTimeout(ask, pause);
}

async function ask() {
  timer = 0;
  asking = true;
  askedAt = Date.now();
  try {
    const page = document.querySelector("#operation, #operations") ?? bar();
    const part = await fetched(page.dataset.address);
    for (const id of part ? ["operation", "operations", "operation-bar"] : []) show(id, part);
    cover();
    announce();
  } finally {
    asking = false;
    if (again) soon(PAUSE);
    again = false;
  }
}

async function fetched(address) {
  const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
  try {
    const answer = await fetch(address, { headers, redirect: "error" });
    if (!answer.ok || answer.headers.has("HX-Redirect")) return null;
    const parsed = document.createElement("template");
    parsed.innerHTML = await answer.text();
    return parsed.content;
  } catch {
    return null;
  }
}

/* Piece by piece: a button that is still there is not taken away under a click. */
function show(id, part) {
  const [shown, fresh] = [document.getElementById(id), part.querySelector(`#${id}`)];
  if (!shown || !fresh) return;
  const [old, pieces] = [shown, fresh].map((one) => [...one.querySelectorAll("[data-piece]")]);
  const alike = old.map((one) => one.id).join() === pieces.map((one) => one.id).join();
  if (!alike) return replace(shown, fresh);
  for (const name of shown.getAttributeNames())
    if (!fresh.hasAttribute(name)) shown.removeAttribute(name);
  for (const name of fresh.getAttributeNames()) shown.setAttribute(name, fresh.getAttribute(name));
  old.forEach((piece, place) => {
    if (bare(piece) !== bare(pieces[place])) replace(piece, pieces[place]);
  });
}

function replace(old, fresh) {
  const held = old.contains(document.activeElement) ? document.activeElement.id : null;
  for (const part of fresh.querySelectorAll("details[id]"))
    part.open = Boolean(document.getElementById(part.id)?.open);
  old.replaceWith(fresh);
  window.htmx.process(fresh);
  if (held === null) return;
  const next = held ? document.getElementById(held) : null;
  (next ?? fresh.querySelector("button, a") ?? document.getElementById("main")).focus();
}

/* Without what differs each time: the tokens of its forms, and what htmx notes down. */
function bare(piece) {
  const text = piece.outerHTML.replace(/value="[A-Za-z0-9]{64}"/g, "");
  return text.replace(/ class="[^"]*"/g, "").replace(/\s+/g, " ");
}

/* What the status line, an answer on its way or the page itself tells of needs no bar. */
function cover() {
  const shown = bar().querySelector(".operation-bar");
  const told = [...document.querySelectorAll("#status-line, #operation, .sending")];
  if (shown)
    shown.hidden = told.some((one) => one.dataset.operation === bar().dataset.operation);
  if (!unsaid || lineIsUp()) return;
  say(unsaid, { quietly: true });
  unsaid = "";
}

function lineIsUp() {
  return Boolean(document.querySelector("#status .status-line"));
}

/* The start, each quarter and the end of what is under way, for those who listen. */
function announce() {
  const { operation, heard: text } = bar().dataset;
  const news = operation === heard.operation && text !== heard.text;
  heard = { operation, text };
  if (!news || !text) return;
  if (lineIsUp()) unsaid = text;
  else say(text, { quietly: true });
}

function tick() {
  for (const place of document.querySelectorAll("[data-seconds]")) {
    if (!ends.has(place)) ends.set(place, Date.now() + Number(place.dataset.seconds) * 1_000);
    const left = Math.max(0, Math.ceil((ends.get(place) - Date.now()) / 1_000));
    const { words, begins } = place.dataset;
    place.querySelector("[data-countdown]").textContent = left ? words.replace("#", left) : begins;
    if (!left) soon(PAUSE);
  }
  const moves = document.querySelector(":is(#operation, #operations, #operation-bar)[data-moving]");
  const pause = bar().dataset.operation ? LOOK_EVERY : FIRST_LOOK;
  if (moves && document.visibilityState === "visible" && Date.now() - askedAt > pause) soon(0);
}

/* A status line that says the same again is not read aloud again. */
function keepSame(event) {
  const { target, serverResponse } = event.detail;
  if (target.id !== "status-line") return;
  const parsed = document.createElement("template");
  parsed.innerHTML = serverResponse;
  const fresh = parsed.content.getElementById("status-line");
  if (fresh?.dataset.state === target.dataset.state) event.detail.shouldSwap = false;
}
