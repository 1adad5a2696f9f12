// Elements of the page: found by their id, made, and filled with what a screen reader says.

/**
 * @param {string} id
 * @returns {HTMLElement} which index.html must have
 */
export const $ = (id) => document.getElementById(id);

/** Make an element with the given DOM properties, such as `className` or `ariaLabel`, and children. */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** The 2D context of a new canvas. */
export const context2d = (width, height) => make("canvas", { width, height }).getContext("2d");

/** Let a screen reader say something that is on the screen in another form. */
export function announce(text) {
  if ($("spoken").textContent !== text) $("spoken").textContent = text;
}

/** Let the user save a file. */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
