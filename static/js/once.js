const TWICE = 1000;
let before = {};

/* A click that comes twice is one operation: both carry the same key. */
export function startOnce() {
  document.body.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.verb !== "post") return;
    if (!detail.elt.matches("[data-verb]")) return (before = {});
    const fields = [...detail.formData].filter(([name]) => !["csrfmiddlewaretoken", "key"].includes(name));
    const asked = JSON.stringify([detail.path, fields]);
    if (asked !== before.asked || Date.now() - before.at > TWICE) before = { asked, key: key() };
    before.at = Date.now();
    detail.formData.set("key", before.key);
  });
  // The second click of a slow answer goes out right after it.
  document.body.addEventListener("htmx:afterRequest", () => (before.at = Date.now()));
}

/* `crypto.randomUUID` is missing where a page is served without TLS. */
function key() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
