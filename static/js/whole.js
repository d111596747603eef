/* All of a list as it was at one moment: what came later is not of it, and rows that are
   unticked are left out. The server counted it and says which rows belong to it. */
let chosen = null;
let known = new Map();

export function whole() {
  return chosen;
}

export function begin(snapshot, rows = []) {
  chosen = { excluded: {}, ...snapshot };
  known = new Map(rows.map((row) => [row.id, true]));
}

export function end() {
  chosen = null;
  known = new Map();
}

export function holds(row) {
  return !late(row) && !(row.id in chosen.excluded);
}

/* Whether the row came after the moment; a row that was not asked about did not. */
export function late(row) {
  return known.get(row.id) === false;
}

export function leaveOut(row, out) {
  if (!out) delete chosen.excluded[row.id];
  else if (!late(row)) chosen.excluded[row.id] = Number(row.dataset.held);
}

/* The list as it is now, counted. Throws what the network throws. */
export async function count(bar) {
  return fetched(bar, "");
}

/* Asks about rows that came onto the page later; true when one of them was late. */
export async function learn(bar, rows) {
  const unknown = rows.filter((row) => !known.has(row.id));
  if (!chosen || !unknown.length) return false;
  const { bound } = chosen;
  for (const row of unknown) known.set(row.id, true);
  const ids = unknown.map((row) => Number(row.id.split("-")[1]));
  try {
    const of = new Set((await fetched(bar, `&bound=${bound}&row=${ids}`)).rows);
    if (chosen?.bound !== bound) return false;
    unknown.forEach((row, number) => known.set(row.id, of.has(ids[number])));
    return true;
  } catch {
    for (const row of unknown) known.delete(row.id);
    return false;
  }
}

async function fetched({ dataset }, more) {
  const address = `${dataset.ask}?list=${encodeURIComponent(dataset.list)}${more}`;
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, redirect: "error" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}
