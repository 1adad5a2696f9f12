// What detection hands to recognition: a page and its marks.

import { CLASS_COUNT, MARK_LABELS, SIGNS } from "../spec.js";
import { clip } from "../imageops/numbers.js";

/** @typedef {import("../spec.js").Gray} Gray */
/** @typedef {import("../spec.js").Corners} Corners */
/** @typedef {import("../models/strips.js").Strip} Strip */

/**
 * @typedef {object} Mark a digit, a sign, or something that stands where a digit could
 * @property {Corners} box in whole pixels of the picture that was searched
 * @property {number} line index of its line; -1 before it has one
 * @property {Gray} crop its own ink
 * @property {number} score 0 to 1, that it is the digit or sign that it looks like
 * @property {number[]} labels the detector's probability of each label if it is a digit
 * @property {string | null} sign what it is when it is a sign
 * @property {string | null} reason why it is not a digit
 * @property {number} printed
 * @property {number} other
 * @property {number} around
 * @property {number} company score of the surer digit beside it
 * @property {boolean} isHeard whether only the line recognizer has found it
 * @property {number[]} signs the probability of each sign as a share of its own and the likeliest digit's
 * @property {boolean} isParted whether a ruled line stands between it and the mark to its left
 * @property {number} signShare of a sign, the share for it among all labels of its place
 */

/**
 * @typedef {object} Page what detection found in a picture
 * @property {number} width of the picture in pixels
 * @property {number} height
 * @property {Mark[]} marks in reading order
 * @property {Turn | null} turn how the picture was turned level before it was searched
 * @property {boolean} isFrame whether the picture itself is a frame
 * @property {number} leftOut how many marks were left out, as the picture holds more than are read
 * @property {(Strip | null)[]} strips of each line; null for a line without digits
 */

/** @typedef {{back: import("../imageops/warp.js").Matrix, width: number, height: number}} Turn */

export const widthOf = ([left, , right]) => right - left;
export const heightOf = ([, top, , bottom]) => bottom - top;

/**
 * A mark of which nothing is known but what is given.
 *
 * @param {Partial<Mark>} known
 * @returns {Mark}
 */
export const makeMark = (known) => ({
  line: -1, sign: null, reason: null, printed: 0, other: 0, around: 0, company: 0, isHeard: false,
  signs: Array(SIGNS.length).fill(0), isParted: false, signShare: 1, labels: Array(CLASS_COUNT).fill(1 / CLASS_COUNT),
  score: 0, ...known,
});

/** The share of a sign beside the likeliest digit. */
export const findShare = (mark, sign) => mark.signs[MARK_LABELS.indexOf(sign) - CLASS_COUNT];

/**
 * The smallest box around some.
 *
 * @param {Corners[]} boxes one or more
 * @returns {Corners}
 */
export function boxAround(boxes) {
  const all = boxes[0].slice();
  for (const box of boxes) {
    for (const side of [0, 1]) all[side] = Math.min(all[side], box[side]);
    for (const side of [2, 3]) all[side] = Math.max(all[side], box[side]);
  }
  return all;
}

/**
 * The box in the picture as decoded that surrounds a box of the picture that was searched.
 *
 * @param {Page} page
 * @param {Corners} box
 * @returns {Corners}
 */
export function placeBox({ turn }, box) {
  if (!turn) return box;
  const [[a, b, c], [d, e, f]] = turn.back;
  const corners = [0, 2].flatMap((x) => [1, 3].map((y) => [
    a * box[x] + b * box[y] + c, d * box[x] + e * box[y] + f]));
  const [xs, ys] = [0, 1].map((axis) => corners.map((corner) => corner[axis]));
  const left = clip(Math.floor(Math.min(...xs)), 0, turn.width - 1);
  const top = clip(Math.floor(Math.min(...ys)), 0, turn.height - 1);
  return [left, top, clip(Math.ceil(Math.max(...xs)), left + 1, turn.width),
    clip(Math.ceil(Math.max(...ys)), top + 1, turn.height)];
}
