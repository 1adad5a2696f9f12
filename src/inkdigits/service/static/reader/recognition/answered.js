// Says how surely the digits of each line are right, and each line as a whole, once it is known what is answered.

import { heightOf } from "../detection/page.js";
import { argmax, groupBy, largest } from "../imageops/numbers.js";
import { median } from "../imageops/quantiles.js";
import { digitFeatures, judgeAnswer, lineFeatures } from "../models/answer_confidence.js";
import { findProbability } from "../models/line_evidence.js";

/** @typedef {import("../models/answer_confidence.js").AnsweredDigit} AnsweredDigit */
/** @typedef {import("./recognizer.js").Answers} Answers */
/** @typedef {import("./recognizer.js").Evidence} Evidence */

/**
 * @typedef {object} AnsweredRows what is answered, and what is known of it
 * @property {AnsweredDigit[]} digits all marks, each with its label in the answer, should it be a digit
 * @property {number[]} labels 0 to 9
 * @property {boolean[]} isAsked whether the line recognizer was asked about the mark
 * @property {number[]} around 0 to 1, the mean of other ink just beside each mark
 * @property {number[][]} lines of each line with digits, the places of these from left to right
 */

/**
 * @typedef {object} Answered how surely a mark is right as a digit
 * @property {number} label 0 to 9
 * @property {number} confidence 0 to 1, that it is a digit with this label
 * @property {number} lineConfidence 0 to 1, that the string of its line is right; 1 in a line without digits
 * @property {boolean} isHeard whether the line recognizer was asked about its line
 */

const EVEN = 0.5; // stands for what the line recognizer does not say

/**
 * What is answered of a page.
 *
 * @param {Answers} answers
 * @param {Evidence} evidence
 * @param {number} rejectBelow probability of being a digit under which a mark is not a digit
 * @returns {AnsweredRows}
 */
export function findAnswered({ classified, opinions, heard }, evidence, rejectBelow) {
  const { marks, probabilities, digitProbabilities } = evidence;
  const labels = probabilities.map((shares) => argmax(shares));
  const isAsked = opinions.map((opinion) => opinion.isAsked);
  const digits = labels.map((label, at) => ({
    joined: probabilities[at][label], digit: digitProbabilities[at], classified: classified[at][label],
    inLine: isAsked[at] ? opinions[at].labels[label] : EVEN, string: EVEN, uneven: 0,
  }));
  const lines = listLines(evidence, rejectBelow);
  for (const places of lines) {
    const said = heard[marks[places[0]].line] ?? null;
    const string = said ? findProbability(said, places.map((place) => labels[place])) : EVEN;
    const usual = median(places.map((place) => heightOf(marks[place].box)));
    for (const place of places) {
      Object.assign(digits[place], { string, uneven: Math.abs(Math.log(heightOf(marks[place].box) / usual)) });
    }
  }
  return { digits, labels, isAsked, around: marks.map((mark) => mark.around), lines };
}

/** Of each line with digits, their places. */
function listLines({ marks, digitProbabilities }, rejectBelow) {
  const kept = marks.flatMap((mark, place) => (
    mark.reason === null && digitProbabilities[place] >= rejectBelow ? [place] : []));
  return [...groupBy(kept, (place) => marks[place].line).values()];
}

/**
 * How surely what is answered is right.
 *
 * @param {AnsweredRows} rows
 * @param {object} info what the detector's model.json says: the curves
 * @returns {Answered[]} of each mark
 */
export function judgeAnswered(rows, info) {
  const answered = rows.digits.map((digit, at) => {
    const weights = rows.isAsked[at] ? info.right_weights : info.lone_right_weights;
    const confidence = judgeAnswer(digitFeatures(digit), weights);
    return { label: rows.labels[at], confidence, lineConfidence: 1, isHeard: false };
  });
  for (const places of rows.lines) {
    const seen = seeLine(rows, places, answered);
    const isHeard = rows.isAsked[places[0]];
    // of a line about which the line recognizer says nothing, as a lone digit, the weakest digit says all
    const lineConfidence = isHeard ? judgeAnswer(lineFeatures(seen), info.line_weights) : seen.weakest;
    for (const place of places) Object.assign(answered[place], { lineConfidence, isHeard });
  }
  return answered;
}

/** What is known of a line. */
function seeLine({ digits, around }, places, answered) {
  return {
    weakest: Math.min(...places.map((place) => answered[place].confidence)), string: digits[places[0]].string,
    length: places.length, around: largest(places.map((place) => around[place])),
    uneven: largest(places.map((place) => digits[place].uneven)),
  };
}
