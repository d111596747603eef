/* A verb's answer holds a fragment for every row that changed; rows that this page does
   not show (further down, or on another page) are left out before htmx misses them. */
export function startFragments() {
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const answer = event.detail.serverResponse;
    if (!answer.includes("hx-swap-oob")) return;
    const parsed = document.createElement("template");
    parsed.innerHTML = answer;
    for (const part of parsed.content.querySelectorAll("[hx-swap-oob][id]")) {
      const shown = document.getElementById(part.id);
      const clicked = shown?.querySelector("[data-verb]:is(.htmx-request, :active)");
      // A button that is or was clicked meanwhile stays: its own answer brings what follows.
      if (!shown || (clicked && clicked !== event.detail.requestConfig.elt)) part.remove();
      else if (shown.matches("details[open]")) keepOpen(shown, part);
    }
    event.detail.serverResponse = parsed.innerHTML;
  });
}

/* A menu that a person has just opened stays open, with the focus where it was. */
function keepOpen(shown, part) {
  part.open = true;
  if (!shown.contains(document.activeElement)) return;
  const again = () => document.getElementById(part.id)?.querySelector("summary").focus();
  document.body.addEventListener("htmx:afterSettle", again, { once: true });
}
