// Decides for each mark whether it is a digit, unsure, or not a digit, and gives the reason.

import { largest } from "../imageops/numbers.js";
import { findConfidence } from "../models/confidence.js";
import { doubtLines } from "./line_doubt.js";

/** @typedef {import("../recognition/recognizer.js").Evidence} Evidence */
/** @typedef {import("./thresholds.js").Policy} Policy */
/** @typedef {import("../../js/api.js").Digit} Digit */

const SIGN_DOUBT = 0.45; // share of a sign from which a digit may as well be that sign

/**
 * The judged marks, their boxes as in the evidence.
 *
 * @param {Evidence} evidence
 * @param {Policy} policy
 * @param {object} info what the detector's model.json says: the limits of the digit probability
 * @returns {Digit[]}
 */
export function decide(evidence, policy, info) {
  const { page, marks, probabilities, digitProbabilities, answered } = evidence;
  const limit = page.isFrame ? policy.unsureBelow : policy.digitBelow;
  const digits = marks.map((mark, at) => {
    const values = [...probabilities[at]];
    const { label, confidence: together } = answered[at];
    const confidence = page.isFrame ? findConfidence(values, policy.slope, policy.offset) : together;
    const [outcome, reason] = judge(mark, digitProbabilities[at], info, confidence >= limit);
    return {
      box: mark.box, line: mark.line, label, confidence, outcome, reason,
      digit_probability: digitProbabilities[at], printed: mark.printed, probabilities: values,
    };
  });
  return doubtLines(digits, evidence, policy);
}

/** Outcome and reason of a mark. One that may be a digit is unsure, not left out. */
function judge(mark, probability, info, isCertain) {
  if (mark.reason !== null) return ["not_a_digit", mark.reason];
  if (probability < info.reject_below) return ["not_a_digit", "unlike a digit"];
  if (probability < info.doubt_below) return ["unsure", "unlike a digit"];
  if (mark.isStruck) return ["unsure", "crossed out"];
  return isCertain && largest(mark.signs) < SIGN_DOUBT ? ["digit", null] : ["unsure", "low confidence"];
}
