/* The cards of the Live page: where they are, new ones at the top, changes in place. */
const KEPT = 60;

export function parsed(html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  return made.content.firstElementChild;
}

export function find(feed, id) {
  return feed.querySelector(`[data-note="${CSS.escape(id)}"]`);
}

export function showCards(feed, cards) {
  for (const card of cards) {
    card.classList.add("arrived");
    feed.prepend(card);
  }
  while (feed.children.length > KEPT) feed.lastElementChild.remove();
}

/* What a person has opened stays open, and the focus stays where it is. */
export function replaceCard(old, card) {
  const details = old.querySelectorAll("details");
  card.querySelectorAll("details").forEach((one, number) => {
    one.open = Boolean(details[number]?.open);
  });
  if (old.contains(document.activeElement) && old !== document.activeElement) {
    old.className = card.className;
    old.querySelector("[data-foot]").replaceWith(card.querySelector("[data-foot]"));
    return;
  }
  const focused = old === document.activeElement;
  old.replaceWith(card);
  if (focused) card.focus({ preventScroll: true });
}

/* What scrolls: the middle of the page, or on a phone all of it. */
export function scroller(feed) {
  const main = feed.closest("main");
  if (getComputedStyle(main).overflowY !== "visible")
    return { target: main, top: () => main.scrollTop };
  return { target: window, top: () => window.scrollY };
}
