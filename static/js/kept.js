const KEPT = "inboxhub-selections";
const HOUR = 3_600_000;

/* The selections of this tab, one for each list. They outlive a reload, Back, a look at
   something else and at other lists, for an hour. Another tab has its own. */
export function keep({ dataset }, selection) {
  const all = read(dataset.person);
  if (selection) all[dataset.list] = { at: Date.now(), query: dataset.query, ...selection };
  else delete all[dataset.list];
  write(dataset.person, all);
}

export function kept({ dataset }) {
  return read(dataset.person)[dataset.list] ?? null;
}

/* The selection that waits in another list, once: nobody must look for what they ticked,
   or believe that it is still meant here. */
export function elsewhere({ dataset }) {
  const all = read(dataset.person);
  const others = Object.entries(all).filter(([list]) => list !== dataset.list);
  const [, latest] = others.sort(([, one], [, other]) => other.at - one.at)[0] ?? [];
  if (!latest || latest.told) return null;
  latest.told = true;
  write(dataset.person, all);
  return latest;
}

function read(person) {
  try {
    const stored = JSON.parse(sessionStorage.getItem(KEPT));
    if (stored?.person !== person) return {};
    const fresh = Object.entries(stored.lists).filter(([, { at }]) => Date.now() - at < HOUR);
    return Object.fromEntries(fresh);
  } catch {
    // Not ours, or from another release: as good as none.
    return {};
  }
}

function write(person, lists) {
  if (!Object.keys(lists).length) return sessionStorage.removeItem(KEPT);
  sessionStorage.setItem(KEPT, JSON.stringify({ person, lists }));
}
