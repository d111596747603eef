const SHOWN = 10_000;
const PASSING = "#answer [data-passing]";
const HEARD_WITHIN = 1_000;
let timer = 0;
const since = new WeakMap();

/* Takes the status line away after a while; not while it is looked at or still moves. */
export function startStatus() {
  const status = document.getElementById("status");
  const restart = () => {
    clearTimeout(timer);
    timer = setTimeout(leave, SHOWN);
  };
  new MutationObserver(restart).observe(status, { childList: true, subtree: true });
  if (status.childElementCount) restart();
  startPassing();
  document.body.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target.id === "places") retitle();
  });
  document.body.addEventListener("inboxhub:shown", (event) => {
    if (event.target.id === "places") retitle();
  });
  document.body.addEventListener("htmx:sendError", ({ detail }) => {
    const { away, offline } = document.body.dataset;
    if (detail.requestConfig.verb !== "get") say(offline);
    // What only looked on does not take an Undo away.
    else if (!status.childElementCount) say(away);
  });
  document.body.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status !== 422) say(document.body.dataset.failed);
  });

  function leave() {
    const busy = status.querySelector("[hx-get]") || status.matches(":hover, :focus-within");
    if (busy) return restart();
    status.replaceChildren();
  }
}

/* "Sent" goes by itself, or with whatever is done next; after that, so that nothing moves
   away under a click. */
function startPassing() {
  const pass = (least) => {
    for (const part of document.querySelectorAll(PASSING)) {
      if (!since.has(part)) since.set(part, Date.now());
      const over = Date.now() - since.get(part) > least;
      if (over && !part.matches(":focus-within")) part.remove();
    }
  };
  setInterval(() => pass(SHOWN), HEARD_WITHIN);
  for (const name of ["click", "keyup"])
    document.addEventListener(name, () => setTimeout(() => pass(HEARD_WITHIN)));
}

/* The number of unread conversations in front of the page's title. */
function retitle() {
  const { unread } = document.getElementById("places").dataset;
  const name = document.title.replace(/^\(\d+\)\s*/, "");
  document.title = Number(unread) ? `(${unread}) ${name}` : name;
}

/* One sentence for everyone, read aloud by a screen reader. */
export function say(text, { quietly = false } = {}) {
  if (!text) return;
  const line = document.createElement("div");
  line.className = quietly ? "hidden" : "status-line";
  line.textContent = text;
  const status = document.getElementById("status");
  // What is only read aloud leaves what is seen, most of all an Undo.
  if (!quietly) return status.replaceChildren(line);
  status.querySelector(":scope > .hidden")?.remove();
  status.append(line);
}
