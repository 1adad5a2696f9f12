// One mark in the answer: its character, its color, its reason, and its name for screen readers.

import { bandClass } from "./bands.js";
import { percent, say } from "./words.js";

/** @typedef {import("./api.js").Digit} Digit */
/** @typedef {import("./state.js").State} State */

const REASON_WORDS = { // by the reasons that the service gives
  sign: "reasonSign", "unlike a digit": "reasonUnlikeDigit", "crossed out": "reasonCrossedOut",
  faint: "reasonFaint", "field mismatch": "reasonFieldMismatch", printed: "reasonPrinted",
  "low confidence": "reasonLowConfidence",
};

/**
 * Why a mark is unsure or not a digit, in the user's language; "" when it is a digit.
 *
 * @param {Digit} digit
 * @returns {string}
 */
export function reasonOf({ reason }) {
  if (!reason) return "";
  return reason in REASON_WORDS ? say(REASON_WORDS[reason]) : reason;
}

/**
 * The tooltip of a mark: what it was taken for and why; "" when it is a digit, or the user said what it is.
 *
 * @param {State} state
 * @param {Digit} digit
 * @returns {string}
 */
export function tipOf(state, digit) {
  const [isDigit, reason] = [digit.outcome === "digit", reasonOf(digit)];
  if (isDigit || state.sampleOf(digit)) return "";
  return digit.outcome === "unsure" ? say("unsureTip", { reason }) : say("noDigitTip", { reason });
}

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
 * The classes in style.css that show what a mark was taken for, and of a digit its band.
 *
 * @param {State} state
 * @param {Digit} digit
 */
export function classOf(state, digit) {
  if (state.sampleOf(digit)) return "corrected";
  if (digit.outcome === "digit") return `sure ${bandClass(digit.confidence)}`;
  return { unsure: "unsure", not_a_digit: "no-digit" }[digit.outcome];
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
  const [at, all, reason] = [index + 1, digits.length, reasonOf(digit)];
  if (sample) return say("correctedName", { label: sample.label, at, all });
  if (digit.outcome === "not_a_digit") return say("noDigitName", { reason, at, all });
  if (digit.outcome === "unsure") return say("unsureName", { label, share, reason, at, all });
  return say("digitName", { label, share, at, all });
}
