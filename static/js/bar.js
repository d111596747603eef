import { say } from "./status.js";
import { count, whole } from "./whole.js";

/* What the bar says of the ticked rows, or of all of the list. */
export function show(bar, rows, ticked) {
  const all = whole();
  const words = all ? ofWhole(bar, all) : ofRows(bar, ticked);
  const line = bar.querySelector("[data-selected]");
  if (line.textContent !== words) {
    line.textContent = words;
    line.title = accounts(all ? all.accounts : byAccount(ticked));
    if (ticked.length || all) say(words, { quietly: true });
  }
  const some = Boolean(all) || ticked.length > 0;
  for (const box of document.querySelectorAll("[data-tick-page]")) {
    box.hidden = false;
    box.checked = rows.length > 0 && ticked.length === rows.length;
    box.indeterminate = some && !box.checked;
  }
  fields(bar, all);
  if (some) offer(bar);
}

/* What the form sends: nothing of the list unless all of it is meant. */
function fields(bar, all) {
  bar.querySelector("[data-whole]").checked = Boolean(all) || "choosing" in bar.dataset;
  const bound = bar.querySelector("[data-bound]");
  bound.disabled = !all;
  if (all) bound.value = all.bound;
  const excluded = bar.querySelector("[data-excluded]");
  const ids = Object.keys(all?.excluded ?? {}).map((id) => id.split("-")[1]);
  excluded.disabled = !ids.length;
  excluded.value = ids.join(",");
}

/* How many there are in all is asked once something is ticked, not before. */
async function offer(bar) {
  const words = bar.querySelector("[data-whole-words]");
  if (words.closest("[hidden]") || "offered" in bar.dataset) return;
  bar.dataset.offered = "";
  try {
    const { messages, exact } = await count(bar);
    const { offer, offerOver, query } = bar.dataset;
    words.textContent = filled(exact ? offer : offerOver, {
      messages: counted(bar, "message", messages),
      query,
    });
  } catch {
    delete bar.dataset.offered;
  }
}

function ofRows(bar, ticked) {
  const messages = ticked.reduce((sum, row) => sum + Number(row.dataset.held), 0);
  const number = byAccount(ticked).length;
  const { saidMessages, saidMessagesAccounts, saidRows, saidRowsAccounts } = bar.dataset;
  const flat = bar.dataset.by === "message";
  const [one, many] = flat ? [saidMessages, saidMessagesAccounts] : [saidRows, saidRowsAccounts];
  return filled(number > 1 ? many : one, {
    rows: counted(bar, "row", ticked.length),
    messages: counted(bar, "message", messages),
    accounts: counted(bar, "account", number),
  });
}

function ofWhole(bar, { messages, exact, time, excluded }) {
  const without = Object.values(excluded).reduce((sum, held) => sum + held, 0);
  const { saidWhole, saidWholeBut, saidWholeOver } = bar.dataset;
  const pattern = !exact ? saidWholeOver : without ? saidWholeBut : saidWhole;
  return filled(pattern, {
    messages: counted(bar, "message", messages - (exact ? without : 0)),
    all: grouped(messages),
    time,
  });
}

function byAccount(rows) {
  const found = new Map();
  for (const { dataset } of rows) {
    const one = found.get(dataset.account) ?? { name: dataset.handle, messages: 0 };
    one.messages += Number(dataset.held);
    found.set(dataset.account, one);
  }
  return [...found.values()];
}

function accounts(lines) {
  return lines.map(({ name, messages }) => `${name}: ${grouped(messages)}`).join("\n");
}

function counted({ dataset }, what, number) {
  const words = number === 1 ? dataset[`${what}One`] : dataset[`${what}Many`];
  return (words ?? "#").replace("#", grouped(number));
}

function grouped(number) {
  return new Intl.NumberFormat(document.documentElement.lang).format(number);
}

function filled(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
}
