// What the user chose once and finds again at the next visit: language and theme. The browser keeps it.

/**
 * @param {string} name
 * @param {string[]} allowed
 * @returns {string | null} null when nothing allowed is stored
 */
export function remembered(name, allowed) {
  try {
    const value = localStorage.getItem(`inkdigits.${name}`);
    return allowed.includes(value) ? value : null;
  } catch { // storage may be forbidden; the page works without
    return null;
  }
}

/** Store a choice. Where the browser forbids it, the choice lasts until the page is closed. */
export function remember(name, value) {
  try {
    localStorage.setItem(`inkdigits.${name}`, value);
  } catch { /* as above */ }
}
