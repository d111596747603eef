let composedAt = -Infinity;

document.addEventListener("compositionend", (event) => (composedAt = event.timeStamp));

/* Whether a key press is meant for the page. Never with a modifier, in a field, or while
   an input method is converting: also not for the key that ended the conversion, which
   some browsers deliver only after compositionend. */
export function acts(event, { inFields = false } = {}) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return false;
  if (composing(event)) return false;
  return inFields || !inField(event.target);
}

/* Whether an input method is converting, or has just ended. */
export function composing(event) {
  if (event.isComposing || event.key === "Process" || event.keyCode === 229) return true;
  return event.timeStamp - composedAt < 50;
}

function inField(target) {
  const field = target.closest?.("input, textarea, select, [contenteditable]");
  return Boolean(field) && !field.matches("input[type=checkbox], input[type=radio]");
}
