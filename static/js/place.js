const KEPT = "inboxhub-place";

/* Back, and a reload after a verb, return to the same row at the same height; the link
   back of a conversation's own page, to the list that it was opened from. */
export function startPlace() {
  const pane = document.getElementById("list");
  if (!pane) return toTheList(document.querySelector("[data-back]"));
  restore(pane);
  addEventListener("pagehide", keep);
  document.body.addEventListener("htmx:beforeHistorySave", keep);
  document.body.addEventListener("htmx:afterSettle", (event) => reached(event.detail));
}

function scroller(pane) {
  const scrolls = getComputedStyle(pane).overflowY !== "visible";
  return scrolls ? pane : document.scrollingElement;
}

function listAddress(...without) {
  const address = new URL(location.href);
  for (const name of ["open", ...without]) address.searchParams.delete(name);
  return address.pathname + address.search;
}

/* A list that gave way to what is open has no height to note down. */
function keep() {
  const pane = document.getElementById("list");
  if (!pane?.checkVisibility()) return;
  const top = scroller(pane).scrollTop;
  const row = document.activeElement?.closest?.(".row")?.id ?? "";
  const place = { list: listAddress("upto"), back: listAddress(), top, row };
  sessionStorage.setItem(KEPT, JSON.stringify(place));
}

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

function toTheList(link) {
  const { back } = stored() ?? {};
  if (link && back?.startsWith("/")) link.href = back;
}

function restore(pane) {
  const place = stored();
  const [visit] = performance.getEntriesByType("navigation");
  if (place?.list !== listAddress("upto")) return;
  if (visit?.type === "navigate" && !document.referrer.startsWith(location.origin)) return;
  history.scrollRestoration = "manual";
  scroller(pane).scrollTop = place.top;
  if (!location.hash && place.row)
    document
      .getElementById(place.row)
      ?.querySelector(".row-link")
      ?.focus({ preventScroll: true });
}

/* Writes down how far the list was loaded, so that a reload shows all of it again. */
function reached({ requestConfig }) {
  if (!requestConfig?.path.includes("at=")) return;
  const last = [...document.querySelectorAll("#list .row")].at(-1);
  if (!last) return;
  const address = new URL(location.href);
  address.searchParams.set("upto", last.dataset.place);
  history.replaceState(history.state, "", address);
}
