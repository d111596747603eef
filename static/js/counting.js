/* How much room is left, counted as the host counts: by the server's own patterns
   (inboxhub/networks/length.py). */
export function count(form) {
  const place = form.querySelector("[data-counter]");
  const most = Number(form.querySelector("option[data-max]:checked")?.dataset.max || form.dataset.max);
  if (!most || !place) return;
  const left = most - used(form);
  place.classList.toggle("over", left < 0);
  const number = Math.abs(left).toLocaleString(document.documentElement.lang);
  place.textContent = (left < 0 ? form.dataset.over : form.dataset.left).replace("#", number);
}

function used(form) {
  const rules = form.dataset;
  let text = form.querySelector("[data-text]").value.trim();
  const there = new Set((/^(?:\s*@\S+)*/.exec(text)[0] || "").toLowerCase().split(/\s+/));
  const missing = rules.names.split(" ").filter((name) => name && !there.has(name.toLowerCase()));
  text = [...missing, text].join(" ").trim();
  if (rules.address) text = text.replaceAll(new RegExp(rules.address, "g"), "x".repeat(rules.perAddress));
  if (rules.name) text = text.replaceAll(new RegExp(rules.name, "g"), "$1");
  const warning = form.querySelector("[data-counts]")?.value.trim() ?? "";
  return signs(text, form) + signs(warning, form);
}

function signs(text, form) {
  if (!("signs" in form.dataset) || !Intl.Segmenter) return [...text].length;
  return [...new Intl.Segmenter().segment(text)].length;
}
