// Says how surely an answer is right: a digit, and the string of a line.

import { clip, sum } from "../imageops/numbers.js";

/**
 * @typedef {object} AnsweredDigit what is known of a digit that is answered
 * @property {number} joined 0 to 1, of the label, by all networks together
 * @property {number} digit 0 to 1, that it is a digit at all
 * @property {number} classified 0 to 1, of the label, by the classifier
 * @property {number} inLine 0 to 1, of the label, by the line recognizer; 0.5 where it says nothing
 * @property {number} string 0 to 1, of the whole string of its line, by the line recognizer; likewise
 * @property {number} uneven 0 or more, how far its height is from the median of its line, as a logarithm
 */

/**
 * @typedef {object} AnsweredLine what is known of a line that is answered, with 1 digit or more
 * @property {number} weakest 0 to 1, the confidence of its least sure digit
 * @property {number} string 0 to 1, of its string, by the line recognizer
 * @property {number} length how many digits it has
 * @property {number} around 0 to 1, the most other ink just beside one of its digits
 * @property {number} uneven 0 or more, the largest of its digits
 */

const LEAST_ODDS = 1e-4;
const LEAST_NAMED = 1e-3; // of the classifier, which knows no other ink and is sure of its errors

/**
 * What `judgeAnswer` weighs of a digit.
 *
 * @param {AnsweredDigit} known
 * @returns {number[]} the last one is 1
 */
export const digitFeatures = ({ joined, digit, classified, inLine, string, uneven }) => (
  [logit(joined), logit(digit), Math.log(Math.max(classified, LEAST_NAMED)), logit(inLine), logit(string), uneven, 1]);

/**
 * What `judgeAnswer` weighs of a line.
 *
 * @param {AnsweredLine} known
 * @returns {number[]} the last one is 1
 */
export const lineFeatures = ({ weakest, string, length, around, uneven }) => (
  [logit(weakest), logit(string), Math.log(length), around, uneven, 1]);

/**
 * The probability that an answer is right.
 *
 * @param {number[]} features
 * @param {number[]} weights `right_weights`, `lone_right_weights` or `line_weights` of the detector's model.json
 */
export const judgeAnswer = (features, weights) => (
  1 / (1 + Math.exp(-sum(features.map((value, at) => value * weights[at])))));

function logit(share) {
  const held = clip(share, LEAST_ODDS, 1 - LEAST_ODDS);
  return Math.log(held / (1 - held));
}
