import { latest } from "./reach.js";
import { say } from "./status.js";
import { count, whole } from "./whole.js";

/* What the bar says of the ticked rows, or of all of the list. `reach` is what the server
   said of just these, once it has. */
export function show(bar, { all, ticks, here, bound, reach }) {
  const chosen = whole();
  const some = Boolean(chosen) || ticks.size > 0;
  // Not each ticked row has its box on this page.
  bar.toggleAttribute("data-anything", some);
  bar.toggleAttribute("data-all-read", some && allRead({ chosen, ticks, here, reach }));
  const parts = reach?.accounts ?? chosen?.accounts ?? byAccount(ticks);
  const words = chosen ? ofWhole(bar, chosen) : ofRows(bar, ticks, parts);
  const note = bar.querySelector("[data-only-whole]");
  note.hidden = !chosen;
  const told = chosen ? `${words}. ${note.textContent}` : words;
  if (write(bar.querySelector("[data-selected]"), words) && some) say(told, { quietly: true });
  accounts(bar, parts);
  for (const box of document.querySelectorAll("[data-tick-page]")) {
    box.hidden = false;
    box.checked = all.length > 0 && here.length === all.length;
    box.indeterminate = some && !box.checked;
  }
  fields(bar, chosen, { ticks, here, bound });
  verbs(bar, reach ?? (some ? latest() : null));
  if (chosen) offered(bar, chosen);
  else if (some) offer(bar);
}

/* As far as the page can tell: rows of other pages are known once the server has answered. */
function allRead({ chosen, ticks, here, reach }) {
  if (here.some((row) => row.matches(".unread"))) return false;
  return reach ? !reach.verbs["mark-read"] : !chosen && here.length === ticks.size;
}

/* What the form sends: nothing of the list unless all of it is meant. */
function fields(bar, all, { ticks, here, bound }) {
  bar.querySelector("[data-whole]").checked = Boolean(all) || "choosing" in bar.dataset;
  fill(bar.querySelector("[data-bound]"), all ? all.bound : bound);
  fill(bar.querySelector("[data-excluded]"), numbers(Object.keys(all?.excluded ?? {})));
  const shown = new Set(here.map(({ id }) => id));
  fill(bar.querySelector("[data-beyond]"), numbers([...ticks.keys()].filter((id) => !shown.has(id))));
}

function fill(field, value) {
  field.disabled = !value;
  field.value = value || "";
}

function numbers(ids) {
  return ids.map((id) => id.split("-")[1]).join(",");
}

/* What is there already is not written again: the page is watched for changes. */
function write(place, words) {
  if (place.textContent === words) return false;
  place.textContent = words;
  return true;
}

/* How many messages each verb can be done to, under its sign. */
function verbs(bar, reach) {
  for (const button of bar.querySelectorAll("[data-verb]")) {
    const { verb } = button.dataset;
    const reached = reach?.verbs[verb] ?? reach?.messages;
    button.dataset.words ??= button.title;
    write(button.querySelector("[data-count]"), reach ? grouped(reached) : "");
    button.classList.toggle("tool-off", reached === 0);
    if ("later" in button.dataset) button.hidden = !reached;
    const pattern = reached ? bar.dataset.some : bar.dataset.none;
    const values = { some: reach && grouped(reached), messages: number(bar, "message", reach?.messages) };
    button.title = button.dataset.words + (reach ? ` – ${filled(pattern, values)}` : "");
  }
}

/* How many there are in all is asked once something is ticked, not before. */
async function offer(bar) {
  if (bar.querySelector("[hidden] > [data-whole]") || "offered" in bar.dataset) return;
  bar.dataset.offered = "";
  try {
    offered(bar, await count(bar));
  } catch {
    delete bar.dataset.offered;
  }
}

function offered(bar, { messages, exact }) {
  const { offer, offerOver, query } = bar.dataset;
  const values = { messages: number(bar, "message", messages), query };
  write(bar.querySelector("[data-whole-words]"), filled(exact ? offer : offerOver, values));
}

function ofRows(bar, ticks, parts) {
  const messages = parts.reduce((sum, part) => sum + part.messages, 0);
  const { saidMessages, saidMessagesAccounts, saidRows, saidRowsAccounts } = bar.dataset;
  const flat = bar.dataset.by === "message";
  const [one, many] = flat ? [saidMessages, saidMessagesAccounts] : [saidRows, saidRowsAccounts];
  return filled(parts.length > 1 ? many : one, {
    rows: number(bar, "row", ticks.size),
    messages: number(bar, "message", messages),
    accounts: number(bar, "account", parts.length),
  });
}

function ofWhole(bar, { messages, exact, time, excluded }) {
  const without = Object.values(excluded).reduce((sum, held) => sum + held, 0);
  const { saidWhole, saidWholeBut, saidWholeOver } = bar.dataset;
  const pattern = !exact ? saidWholeOver : without ? saidWholeBut : saidWhole;
  return filled(pattern, {
    messages: number(bar, "message", messages - (exact ? without : 0)),
    all: grouped(messages),
    time,
  });
}

function byAccount(ticks) {
  const found = new Map();
  for (const { account, handle, short, held } of ticks.values()) {
    const one = found.get(account) ?? { name: handle, short, messages: 0 };
    one.messages += held;
    found.set(account, one);
  }
  return [...found.values()].sort((one, other) => other.messages - one.messages);
}

/* Which accounts, each with its number; their whole names where there is room for them. */
function accounts(bar, parts) {
  const line = bar.querySelector("[data-selected-accounts]");
  const names = parts.map(({ name, messages }) => `${name}: ${grouped(messages)}`).join("\n");
  if (line.title === names) return;
  line.title = names;
  line.replaceChildren();
  for (const { short, messages } of parts) {
    const name = document.createElement("bdi");
    name.textContent = short;
    const part = document.createElement("span");
    part.append(name, parts.length > 1 ? ` ${grouped(messages)}` : "");
    line.append(part, " ");
  }
}

/* “1 row”, “3 rows”, in words of the page. */
export function number({ dataset }, what, amount) {
  const words = amount === 1 ? dataset[`${what}One`] : dataset[`${what}Many`];
  return (words ?? "#").replace("#", grouped(amount));
}

function grouped(amount = 0) {
  return new Intl.NumberFormat(document.documentElement.lang).format(amount);
}

export function filled(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
}
