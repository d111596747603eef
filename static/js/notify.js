/* Notifications of the browser, where the person switched them on: one per conversation,
   while no page of ours is visible, and none for what was read meanwhile. */
const ON = "inboxhub-notify";
const PAUSE = 1500;
const ASKED_WITHIN = 200;
const MOST = 20;

const shown = new Map();
const pages = "BroadcastChannel" in window ? new BroadcastChannel("inboxhub-pages") : null;
let waiting = new Set();
let timer = 0;
let somebodyLooks = false;

/* Returns what takes the events. */
export function startNotifying() {
  startSwitch();
  pages?.addEventListener("message", ({ data }) => {
    if (data === "who looks?" && visible()) pages.postMessage("I do");
    if (data === "I do") somebodyLooks = true;
  });
  document.addEventListener("visibilitychange", () => visible() && closeAll());
  return heard;
}

function possible() {
  return "Notification" in window;
}

function wanted() {
  return possible() && Notification.permission === "granted" && localStorage.getItem(ON) === "1";
}

function visible() {
  return document.visibilityState === "visible";
}

function heard({ kind, conversations }) {
  const news = kind === "message.new" && wanted() && !visible();
  for (const id of conversations) if (news || shown.has(id)) waiting.add(id);
  if (waiting.size) timer ||= setTimeout(look, PAUSE);
}

async function look() {
  timer = 0;
  const ids = [...waiting].slice(-MOST);
  waiting = new Set();
  try {
    const answer = await fetch(`/alerts/?conversation=${ids}`, { redirect: "error" });
    if (!answer.ok) return;
    const { alerts } = await answer.json();
    const unread = new Set(alerts.map(({ conversation }) => conversation));
    for (const id of ids) if (!unread.has(id)) close(id);
    if (!(await looked())) alerts.forEach(show);
  } catch {
    return;
  }
}

/* Whether a page of ours is visible, this one or another. */
async function looked() {
  if (visible()) return true;
  somebodyLooks = false;
  pages?.postMessage("who looks?");
  await new Promise((done) => setTimeout(done, ASKED_WITHIN));
  return somebodyLooks;
}

function show({ conversation, title, text, url }) {
  try {
    const made = new Notification(title, { body: text, tag: `conversation-${conversation}` });
    made.addEventListener("click", () => {
      window.focus();
      location.assign(url);
    });
    shown.set(conversation, made);
  } catch {
    // Some telephones only let service workers do it.
  }
}

function close(id) {
  shown.get(id)?.close();
  shown.delete(id);
}

function closeAll() {
  for (const id of [...shown.keys()]) close(id);
}

/* Asks for permission only when a person switches it on. */
function startSwitch() {
  const box = document.querySelector("[data-notify-switch]");
  if (!box || !possible()) return;
  box.closest("[data-notify]").hidden = false;
  box.checked = wanted();
  box.addEventListener("change", async () => {
    if (!box.checked) return localStorage.removeItem(ON);
    const answer = await Notification.requestPermission();
    box.checked = answer === "granted";
    if (box.checked) localStorage.setItem(ON, "1");
    document.querySelector("[data-notify-blocked]").hidden = answer !== "denied";
  });
}
