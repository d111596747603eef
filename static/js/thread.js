import { markRead } from "./opening.js";

const NEAR_END = 96;

/* The open conversation: what changed is changed in place, what is new comes below. */
export function showThread(part, opened) {
  const thread = part && document.getElementById(part.dataset.threadAgain);
  if (!thread) return;
  const view = scroller(thread);
  const atEnd = view.scrollHeight - view.scrollTop - view.clientHeight < NEAR_END;
  const added = merge(thread, [...part.children]);
  form(thread, opened);
  if (!added.length) return;
  if (atEnd) {
    added.at(-1).scrollIntoView({ block: "end" });
    if (document.hasFocus()) markRead();
  } else pill(thread, added);
}

function merge(thread, parts) {
  const known = parts.some((part) => part.id && document.getElementById(part.id));
  const added = [];
  let day = null;
  for (const part of parts) {
    if (!part.matches(".message")) {
      day = part;
      continue;
    }
    const old = document.getElementById(part.id);
    if (old) renew(old, part);
    else if (known || !thread.querySelector(".message")) {
      if (day) thread.append(day);
      thread.append(part);
      window.htmx.process(part);
      added.push(part);
    }
    day = null;
  }
  const shown = new Set(parts.map((part) => part.id));
  const [first] = parts.filter((part) => part.matches(".message"));
  let inside = false;
  for (const message of [...thread.querySelectorAll(":scope > .message")]) {
    inside ||= message.id === first?.id;
    if (inside && !shown.has(message.id)) message.remove();
  }
  return added;
}

/* Only where something is different: what a person reads or types in stays untouched. */
function renew(old, part) {
  if (plain(old) === plain(part) || old.contains(document.activeElement)) return;
  for (const [before, after] of zip(old.querySelectorAll("details"), part.querySelectorAll("details")))
    after.open = before.open;
  old.replaceWith(part);
  window.htmx.process(part);
}

function zip(one, other) {
  return [...one].slice(0, other.length).map((item, number) => [item, other[number]]);
}

function plain(message) {
  return `${message.className} ${message.textContent.replace(/\s+/g, " ")}`;
}

function form(thread, opened) {
  const pane = thread.closest("[data-conversation]");
  pane?.querySelector("[data-opened]")?.remove();
  if (opened) pane?.append(opened);
}

function pill(thread, added) {
  const pane = thread.closest("[data-conversation]");
  pane.querySelector(".arrivals")?.remove();
  const button = document.createElement("button");
  button.type = "button";
  button.className = "arrivals arrivals-below";
  button.textContent = document.body.dataset.below;
  button.addEventListener("click", () => {
    button.remove();
    added[0].scrollIntoView({ block: "start" });
    added[0].focus({ preventScroll: true });
    markRead();
  });
  pane.append(button);
}

export function scroller(thread) {
  let node = thread;
  while (node && node !== document.body) {
    const { overflowY } = getComputedStyle(node);
    if (/auto|scroll/.test(overflowY) && node.scrollHeight > node.clientHeight) return node;
    node = node.parentElement;
  }
  return document.scrollingElement;
}
