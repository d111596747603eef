const KEPT = "inboxhub-selection";
const HOUR = 3_600_000;

/* The selection of this tab's list. It outlives a reload, Back, and a look at something
   else, but never a change of the filters: that is another list. */
export function keep(list, selection) {
  const empty = !selection.ticks.length && !selection.whole;
  if (empty) return sessionStorage.removeItem(KEPT);
  sessionStorage.setItem(KEPT, JSON.stringify({ list, at: Date.now(), ...selection }));
}

export function kept(list) {
  try {
    const selection = JSON.parse(sessionStorage.getItem(KEPT));
    if (selection?.list === list && Date.now() - selection.at < HOUR && !anew()) return selection;
  } catch {
    // Not ours, or from another release: as good as none.
  }
  sessionStorage.removeItem(KEPT);
  return null;
}

/* Whether a link of another list, or an address that was typed, led here. */
function anew() {
  const [visit] = performance.getEntriesByType("navigation");
  if (visit?.type !== "navigate") return false;
  if (!document.referrer.startsWith(location.origin)) return true;
  return new URL(document.referrer).pathname === location.pathname;
}
