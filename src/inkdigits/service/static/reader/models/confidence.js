// Joins what the networks say of a mark, and turns margins into calibrated confidence.

import { LEAST_PROBABILITY } from "../spec.js";
import { clip, largest } from "../imageops/numbers.js";

/**
 * @typedef {object} Seen what detector and line recognizer say of a mark and of what stands beside it
 * @property {number} score 0 to 1, of the label that the detector sees
 * @property {number} other 0 to 1, the probability that the ink is no digit and no sign
 * @property {number} around 0 to 1, the mean of that probability just beside the mark
 * @property {number} company 0 to 1, the score of the surer digit beside it; 0 where it stands alone
 * @property {number} line how much likelier the line is with the digit than without it, natural logarithm
 */

const MOST_LINE = 10;
const LEAST_ODDS = 1e-3;

const curve = (odds) => 1 / (1 + Math.exp(-odds));

/**
 * What several networks say together: a weighted product of their probabilities.
 *
 * @param {ArrayLike<number>[]} answers of each network the probabilities of the labels
 * @param {number[]} weights the exponent of each network
 * @returns {Float32Array} which sums to 1
 */
export function combine(answers, weights) {
  const logs = new Float64Array(answers[0].length);
  answers.forEach((answer, network) => {
    for (let label = 0; label < logs.length; label += 1) {
      logs[label] += weights[network] * Math.log(Math.max(answer[label], LEAST_PROBABILITY));
    }
  });
  const most = largest(logs);
  const product = logs.map((value) => Math.exp(value - most));
  const total = product.reduce((part, value) => part + value, 0);
  return Float32Array.from(product, (value) => value / total);
}

/**
 * The probability that a mark is a digit at all.
 *
 * @param {Seen} seen
 * @param {number[]} weights `digit_weights` or `lone_digit_weights` of the detector's model.json
 */
export function judgeDigit({ score, other, around, company, line }, weights) {
  const isAlone = company === 0;
  const features = [logit(score), other, around, isAlone ? 0 : logit(company), clip(line, -MOST_LINE, MOST_LINE),
    Number(isAlone), 1];
  return Math.fround(curve(features.reduce((sum, value, at) => sum + value * weights[at], 0)));
}

/**
 * The probability that a frame is a digit at all, of the detector's score alone.
 *
 * @param {number} score 0 to 1
 * @param {number[]} weights `frame_weights` of the detector's model.json
 */
export const judgeFrameScore = (score, [slope, bias]) => Math.fround(curve(slope * logit(score) + bias));

/** The probability that a mark is a digit which only the line recognizer has found. */
export const judgeHeard = (line) => Math.fround(curve(clip(line, -MOST_LINE, MOST_LINE)));

function logit(share) {
  const held = clip(share, LEAST_ODDS, 1 - LEAST_ODDS);
  return Math.log(held / (1 - held));
}

/**
 * The calibrated probability that the first label is right: a curve over its margin to the second.
 *
 * @param {ArrayLike<number>} probabilities
 * @param {number} slope `confidence_slope` of the bundle's model.json
 * @param {number} offset `confidence_offset`
 */
export function findConfidence(probabilities, slope, offset) {
  const [first, second] = [...probabilities].map((value) => Math.max(value, LEAST_PROBABILITY))
    .sort((one, other) => other - one);
  return curve(slope * (Math.log(first) - Math.log(second)) + offset);
}
