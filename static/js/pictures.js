/* What a picture shows that cannot be loaded: initials, the emoji's name, its description. */
export function startPictures() {
  document.addEventListener("error", (event) => replace(event.target), true);
  for (const picture of document.images)
    if (picture.complete && !picture.naturalWidth && picture.currentSrc) replace(picture);
}

function replace(picture) {
  if (!(picture instanceof HTMLImageElement)) return;
  if (picture.closest(".avatar")) picture.remove();
  else if (picture.matches(".emoji")) picture.replaceWith(picture.alt);
  else picture.closest(".picture")?.classList.add("lost");
}
