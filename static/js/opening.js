/* Opens a conversation beside the list where there is room for it, and marks it read
   only when a person opened it and can see it. */
export function startOpening() {
  document.addEventListener("click", beside);
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id === "reading") opened();
  });
  focusEnd();
  const [visit] = performance.getEntriesByType("navigation");
  // A reload and Back are no deliberate opening. htmx is ready after this event.
  if (visit?.type === "navigate")
    document.addEventListener("DOMContentLoaded", markRead, { once: true });
}

function beside(event) {
  const link = event.target.closest("[data-open-row]");
  const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (!link || modified || event.button !== 0) return;
  const pane = document.getElementById("reading");
  if (!pane || !link.pathname.startsWith("/c/")) return;
  if (!matchMedia("(min-width: 1100px)").matches) return;
  event.preventDefault();
  for (const row of document.querySelectorAll(".row[data-open]"))
    row.removeAttribute("data-open");
  link.closest(".row").setAttribute("data-open", "");
  window.htmx.ajax("GET", link.getAttribute("href"), {
    source: pane,
    target: pane,
    swap: "innerHTML",
  });
}

function opened() {
  // A window that becomes narrower shows what is open, not the list.
  document.getElementById("main").classList.add("has-open");
  focusEnd();
  markRead();
}

/* The newest message, or the first unread one, is what one wants to see. */
function focusEnd() {
  const pane = document.querySelector("[data-reading]");
  const thread = pane?.querySelector("[data-thread]");
  if (!thread || location.hash) return;
  const start = thread.querySelector(".new-line");
  const last = thread.querySelector(".message:last-of-type");
  (start ?? last)?.scrollIntoView({ block: start ? "start" : "end" });
}

export function markRead() {
  const form = document.querySelector("[data-opened]");
  if (!form) return;
  if (document.visibilityState !== "visible")
    return document.addEventListener("visibilitychange", markRead, { once: true });
  // Not from the form: it may have left the page before the answer comes, and htmx would
  // look for the changed rows around it.
  window.htmx.ajax("POST", form.action, {
    source: document.getElementById("main"),
    swap: "none",
    values: Object.fromEntries(new FormData(form)),
  });
}
