// One mark in the answer: what stands for it, how it is colored, and what a screen reader calls it.

import { percent, say } from "./words.js";

/** @typedef {import("./api.js").Digit} Digit */
/** @typedef {import("./state.js").State} State */

/**
 * What stands for a mark in the number: a label, "?", or "" for no digit.
 *
 * @param {State} state
 * @param {Digit} digit
 * @returns {string}
 */
export function glyphOf(state, digit) {
  const sample = state.sampleOf(digit);
  if (sample) return String(sample.label);
  return { digit: String(digit.label), unsure: "?", not_a_digit: "" }[digit.outcome];
}

/**
 * What stands for a mark beside its box, where doubt has a label, too.
 *
 * @param {State} state
 * @param {Digit} digit
 * @returns {string}
 */
export function tagOf(state, digit) {
  const sample = state.sampleOf(digit);
  if (sample) return String(sample.label);
  return { digit: String(digit.label), unsure: `${digit.label}?`, not_a_digit: "×" }[digit.outcome];
}

/**
 * The class in style.css that shows what a mark was taken for.
 *
 * @param {State} state
 * @param {Digit} digit
 */
export function classOf(state, digit) {
  if (state.sampleOf(digit)) return "corrected";
  return { digit: "sure", unsure: "unsure", not_a_digit: "no-digit" }[digit.outcome];
}

/**
 * What a screen reader calls a mark.
 *
 * @param {State} state
 * @param {number} index of the mark in the reading
 */
export function nameOf(state, index) {
  const { digits } = state.reading;
  const digit = digits[index];
  const [sample, label, share] = [state.sampleOf(digit), digit.label, percent(digit.confidence)];
  const [at, all] = [index + 1, digits.length];
  if (sample) return say("correctedName", { label: sample.label, at, all });
  if (digit.outcome === "not_a_digit") return say("noDigitName", { at, all });
  if (digit.outcome === "unsure") return say("unsureName", { label, share, at, all });
  return say("digitName", { label, share, at, all });
}
