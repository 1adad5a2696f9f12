// Finds how surely each line is right, and doubts the weakest digit of a line that is not sure enough.

import { groupBy } from "../imageops/numbers.js";

/** @typedef {import("../recognition/recognizer.js").Evidence} Evidence */
/** @typedef {import("./thresholds.js").Policy} Policy */
/** @typedef {import("../../js/api.js").Digit} Digit */

/**
 * The probability that the string of a line is right; null of a frame, which is as sure as its digit.
 *
 * @param {Evidence} evidence
 * @param {number} place of a mark of the line
 * @returns {number | null}
 */
export const findLineConfidence = ({ page, answered }, place) => (page.isFrame ? null : answered[place].lineConfidence);

/**
 * The digits, with one of them unsure in each line that is not sure enough and has no unsure one.
 *
 * @param {Digit[]} digits the judged marks
 * @param {Evidence} evidence
 * @param {Policy} policy
 * @returns {Digit[]}
 */
export function doubtLines(digits, evidence, policy) {
  const result = digits.slice();
  const kept = [...digits.keys()].filter((place) => digits[place].outcome !== "not_a_digit");
  for (const places of groupBy(kept, (place) => digits[place].line).values()) {
    const sure = findLineConfidence(evidence, places[0]);
    const isLine = evidence.answered[places[0]].isHeard && places.length > 1;
    const limit = isLine ? policy.lineBelow : policy.loneBelow;
    if (sure === null || sure >= limit || places.some((place) => digits[place].outcome === "unsure")) continue;
    const weakest = places.reduce((one, other) => (digits[other].confidence < digits[one].confidence ? other : one));
    result[weakest] = { ...digits[weakest], outcome: "unsure", reason: "low confidence" };
  }
  return result;
}
