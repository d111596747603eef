const PAUSE = 150;

let answer = null;
let wanted = "";
let timer = 0;

/* What the server said of this selection: how many messages on which accounts, how many of
   them each verb can be done to, and which message is the newest of them. */
export function answered(key) {
  return answer?.key === key ? answer : null;
}

/* The last answer, also of what was ticked before: better than none for a moment. */
export function latest() {
  return answer;
}

/* Asks once for each selection, after the last of several quick ticks. */
export function ask({ dataset }, key, then) {
  if (key === wanted) return;
  wanted = key;
  clearTimeout(timer);
  if (!key) return (answer = null);
  timer = setTimeout(() => fetched(dataset.askReach, key, then), PAUSE);
}

async function fetched(address, key, then) {
  const body = new URLSearchParams(new FormData(document.getElementById("selection")));
  try {
    const headers = { "HX-Request": "true" };
    const told = await fetch(address, { method: "POST", headers, body, redirect: "error" });
    if (!told.ok) throw new Error(`${told.status}`);
    const said = await told.json();
    if (key !== wanted) return;
    answer = { key, ...said };
    then(answer);
  } catch {
    // The buttons stay without their numbers; the preview has them.
    if (key === wanted) wanted = "";
  }
}
