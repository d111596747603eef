/* A verb's answer holds a fragment for every row that changed; rows that this page does
   not show (further down, or on another page) are left out before htmx misses them. */
export function startFragments() {
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const answer = event.detail.serverResponse;
    if (!answer.includes("hx-swap-oob")) return;
    const parsed = document.createElement("template");
    parsed.innerHTML = answer;
    for (const part of parsed.content.querySelectorAll("[hx-swap-oob][id]")) {
      if (!document.getElementById(part.id)) part.remove();
    }
    event.detail.serverResponse = parsed.innerHTML;
  });
}
