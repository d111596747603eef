/* Menus and dialogs close as people expect; the dialog opens when it has content. */
export function startMenus() {
  document.addEventListener("click", closeOthers);
  const confirm = document.getElementById("confirm");
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (confirm && event.detail.target === confirm) open(confirm);
  });
  confirm?.addEventListener("submit", () => confirm.close());
  confirm?.addEventListener("click", (event) => {
    if (event.target === confirm) confirm.close();
  });
  for (const button of document.querySelectorAll("[data-help]")) {
    button.hidden = !document.getElementById("help");
    button.addEventListener("click", () => document.getElementById("help").showModal());
  }
}

function open(dialog) {
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("[data-cancel]")?.focus();
}

function closeOthers(event) {
  for (const menu of document.querySelectorAll("details.menu[open], details.me[open]")) {
    const inside = menu.contains(event.target);
    const chosen = inside && event.target.closest(".menu-list .tool");
    if (!inside || chosen) menu.open = false;
  }
}

/* Closes what lies on top; true when there was something. */
export function closeTop() {
  const menu = document.querySelector("details.menu[open], details.me[open]");
  if (!menu) return false;
  menu.open = false;
  menu.querySelector("summary").focus();
  return true;
}
