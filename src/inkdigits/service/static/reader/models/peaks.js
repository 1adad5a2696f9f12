// Turns the detector's answer into marks: peaks of its map, each with a label, a box and probabilities.

import {
  CLASS_COUNT, DETECTOR_STEP, DETECTOR_USUAL_SIZE, OTHER_CHANNEL, PRINTED_CHANNEL, PROBABILITY_CHANNELS,
} from "../spec.js";
import { findTouching } from "../imageops/box_index.js";
import { findBoxes } from "../imageops/components.js";
import { argmax, clip, round, sortedBy } from "../imageops/numbers.js";

/** @typedef {import("../spec.js").Corners} Corners */

/**
 * @typedef {object} Places the detector's answer for one picture
 * @property {Float32Array} data row by row, all channels of a place together
 * @property {number} width in places
 * @property {number} height
 * @property {number} channels
 */

/**
 * @typedef {object} DetectedMark a digit or a sign that the detector sees
 * @property {number} label place in `MARK_LABELS`
 * @property {number} score probability of that label at the peak, 0 to 1
 * @property {number} x column of the middle, pixels of the picture that was looked at
 * @property {number} y
 * @property {number} width
 * @property {number} height
 * @property {Float32Array} probabilities of each digit at the peak
 * @property {Float32Array} signs of each sign
 * @property {number} printed probability that a machine printed it
 * @property {number} other probability that the ink there is no digit and no sign
 * @property {number} around mean of that probability beside the box
 * @property {number} scale of the copy in which it was seen
 */

const REACH = 2; // places
const OTHER = 0.5;
const BESIDE = 0.5; // heights
const LOGARITHMS = [-3, 2.5];
const [APART_X, APART_Y] = [0.38, 0.4];
const EDGE = 1e-6;

/**
 * The marks of one answer, surest first; those too close to a surer one are left out.
 *
 * @param {Places} places
 * @param {number} least score from which a peak counts
 * @param {[number, number]} offset column and row of the picture's pixels at which the answer begins
 */
export function findPeaks(places, least, offset) {
  const { data, width, height, channels } = places;
  const surest = new Float32Array(width * height);
  for (let at = 0; at < surest.length; at += 1) {
    let most = data[at * channels];
    for (let channel = 1; channel < OTHER_CHANNEL; channel += 1) most = Math.max(most, data[at * channels + channel]);
    surest[at] = most;
  }
  const sums = sumUp(places, OTHER_CHANNEL);
  const marks = [];
  for (let at = 0; at < surest.length; at += 1) {
    if (surest[at] < least || !isPeak(surest, at, width, height)) continue;
    marks.push(makeMark(data.subarray(at * channels, (at + 1) * channels), at % width, Math.floor(at / width),
      { score: surest[at], offset, sums, width, height }));
  }
  return joinMarks(marks);
}

function isPeak(surest, at, width, height) {
  const [row, column] = [Math.floor(at / width), at % width];
  for (let down = Math.max(0, row - 1); down <= Math.min(height - 1, row + 1); down += 1) {
    for (let across = Math.max(0, column - 1); across <= Math.min(width - 1, column + 1); across += 1) {
      if (surest[down * width + across] > surest[at]) return false;
    }
  }
  return true;
}

/** @returns {DetectedMark} */
function makeMark(place, column, row, { score, offset, ...map }) {
  const [toX, toY, logWidth, logHeight] = place.subarray(PROBABILITY_CHANNELS);
  const middle = [column + 0.5 + clip(toX, -REACH, REACH), row + 0.5 + clip(toY, -REACH, REACH)];
  const sides = [logWidth, logHeight].map((logarithm, axis) => (
    Math.fround(Math.exp(clip(logarithm, ...LOGARITHMS))) * DETECTOR_USUAL_SIZE[axis]));
  return {
    label: argmax(place.subarray(0, OTHER_CHANNEL)), score,
    x: middle[0] * DETECTOR_STEP + offset[0], y: middle[1] * DETECTOR_STEP + offset[1],
    width: sides[0], height: sides[1], scale: 1,
    probabilities: place.slice(0, CLASS_COUNT), signs: place.slice(CLASS_COUNT, OTHER_CHANNEL),
    printed: place[PRINTED_CHANNEL], other: place[OTHER_CHANNEL],
    around: lookBeside(map, middle, sides.map((side) => side / DETECTOR_STEP)),
  };
}

/** Sums of a channel over all that is above and to the left of each corner of a place. */
function sumUp({ data, width, height, channels }, channel) {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let row = 0; row < height; row += 1) {
    let line = 0;
    for (let column = 0; column < width; column += 1) {
      line += data[(row * width + column) * channels + channel];
      sums[(row + 1) * (width + 1) + column + 1] = sums[row * (width + 1) + column + 1] + line;
    }
  }
  return sums;
}

/** The mean of other ink to the left and right of a box; its middle and sides are in places. */
function lookBeside({ sums, width, height }, [x, y], [across, down]) {
  let [total, count] = [0, 0];
  for (const [sign, grown] of [[1, BESIDE * down], [-1, 0]]) { // with what stands beside the box, less the box itself
    const [left, right] = [x - across / 2 - grown, x + across / 2 + grown].map((side) => clip(round(side), 0, width));
    const [top, bottom] = [y - down / 2, y + down / 2].map((side) => clip(round(side), 0, height));
    const at = (row, column) => sums[row * (width + 1) + column];
    total += sign * (at(bottom, right) - at(top, right) - at(bottom, left) + at(top, left));
    count += sign * (right - left) * (bottom - top);
  }
  return total / Math.max(count, 1);
}

/**
 * The boxes of pieces of ink that are no digit and no sign, as letters; arguments as of `findPeaks`.
 *
 * @returns {Corners[]}
 */
export function findOtherInk({ data, width, height, channels }, offset) {
  const isOther = Uint8Array.from({ length: width * height }, (_, at) => data[at * channels + OTHER_CHANNEL] >= OTHER);
  return findBoxes(isOther, width, height).map((box) => box.map((side, at) => side * DETECTOR_STEP + offset[at % 2]));
}

/**
 * The marks without those that a surer one covers, surest first.
 *
 * @param {DetectedMark[]} marks
 */
export function joinMarks(marks) {
  const kept = [];
  const points = [];
  for (const mark of sortedBy(marks, ({ score }) => -score)) {
    const [across, down] = [APART_X * mark.width + EDGE, APART_Y * mark.height + EDGE];
    const near = findTouching(points, [mark.x - across, mark.y - down, mark.x + across, mark.y + down]);
    const isCovered = near.some((place) => {
      const { x, y, width, height } = kept[place];
      return Math.abs(x - mark.x) <= APART_X * Math.min(width, mark.width)
        && Math.abs(y - mark.y) <= APART_Y * Math.min(height, mark.height);
    });
    if (isCovered) continue;
    kept.push(mark);
    points.push([mark.x, mark.y, mark.x, mark.y]);
  }
  return kept;
}
