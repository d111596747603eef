/* Which messages can be seen, and which conversation is open: their networks are asked to
   say at once what happens to them. */
const SHOWN = "[data-message], [data-latest]";
const PAUSE = 700;
const MOST = 100;

export function startWatching(ask) {
  const known = new WeakSet();
  const visible = new Set();
  let timer = 0;

  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries)
      if (isIntersecting) visible.add(target);
      else visible.delete(target);
    soon();
  });

  function look() {
    for (const one of document.querySelectorAll(SHOWN))
      if (!known.has(one)) {
        known.add(one);
        watcher.observe(one);
      }
  }

  function soon() {
    timer ||= setTimeout(tell, PAUSE);
  }

  function tell() {
    timer = 0;
    const hidden = document.visibilityState !== "visible";
    const here = hidden ? [] : [...visible].filter((one) => one.isConnected);
    const ids = here.map(({ dataset }) => Number(dataset.message ?? dataset.latest));
    const pane = hidden ? null : document.querySelector("[data-conversation]");
    const watch = [...new Set(ids)].sort((a, b) => a - b).slice(-MOST);
    ask("watch", { watch, open: Number(pane?.dataset.conversation ?? 0) });
  }

  look();
  new MutationObserver(() => {
    look();
    soon();
  }).observe(document.body, { childList: true, subtree: true });
  document.addEventListener("visibilitychange", soon);
}
