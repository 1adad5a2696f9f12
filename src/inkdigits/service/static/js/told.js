// What the user knows of the number: its length, pattern and kind, and how sure an answer has to be.

import { $ } from "./dom.js";

const FIELDS = { length: "told-length", pattern: "told-pattern", kind: "told-kind", max_error: "told-budget" };

/** What was told, by the names of the service's options; nothing of what is left open. */
export function whatIsTold() {
  const told = {};
  for (const [name, id] of Object.entries(FIELDS)) {
    const field = $(id);
    const value = field.value.trim();
    if (value && field.checkValidity()) told[name] = value;
  }
  return told;
}

/** @param {() => void} onTold after the user told something else */
export function listenToTold(onTold) {
  let before = JSON.stringify(whatIsTold());
  $("told").addEventListener("input", () => {
    const now = JSON.stringify(whatIsTold());
    if (now !== before) onTold();
    before = now;
  });
}
