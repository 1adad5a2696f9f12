// Cuts a line out of a gray picture as a strip, the picture of 32 rows that the line recognizer takes.

import { STRIP_DIGIT_HEIGHT, STRIP_HEIGHT, STRIP_MARGIN, STRIP_MOST_COLUMNS, STRIP_WIDTH_STEP } from "../spec.js";
import { ceilDivide, clip, round } from "../imageops/numbers.js";
import { cut, pad } from "../imageops/pictures.js";
import { resizeArea, resizeLinear } from "../imageops/resize.js";

/** @typedef {import("../spec.js").Gray} Gray */
/** @typedef {import("../spec.js").Corners} Corners */

/**
 * @typedef {object} Strip what the line recognizer sees of a line
 * @property {Gray} picture
 * @property {number} scale columns of the strip for each column of the picture
 * @property {number} left column of the picture at which it begins
 * @property {number} top row of the picture
 */

/** First row of a digit of usual height in a strip, and the one behind its last. */
export const DIGIT_ROWS = [(STRIP_HEIGHT - STRIP_DIGIT_HEIGHT) / 2, (STRIP_HEIGHT + STRIP_DIGIT_HEIGHT) / 2];

/**
 * The strip of one line.
 *
 * @param {Gray} gray
 * @param {Corners} box around the line's digits
 * @returns {Strip}
 */
export function toStrip(gray, box) {
  const [left, top, right, bottom] = findWindow([Math.max(box[0], 0), Math.max(box[1], 0),
    Math.min(box[2], gray.width), Math.min(box[3], gray.height)]);
  const beyond = [-top, bottom - gray.height, -left, right - gray.width].map((side) => Math.max(side, 0));
  const part = pad(cut(gray, left, top, right, bottom), beyond);
  const scale = STRIP_HEIGHT / (bottom - top);
  const columns = clip(round((right - left) * scale), 1, STRIP_MOST_COLUMNS);
  const small = resize(part, columns, scale);
  const missing = ceilDivide(columns, STRIP_WIDTH_STEP) * STRIP_WIDTH_STEP - columns;
  return { picture: pad(small, [0, 0, 0, missing]), scale: columns / (right - left), left, top };
}

function resize(part, columns, scale) {
  if (part.width === columns && part.height === STRIP_HEIGHT) return part;
  return (scale < 1 ? resizeArea : resizeLinear)(part, columns, STRIP_HEIGHT);
}

/** Which part of a picture the strip of a box shows. */
function findWindow([left, top, right, bottom]) {
  const pixel = (bottom - top) / STRIP_DIGIT_HEIGHT; // of the picture, for each of the strip
  const rows = Math.max(1, round(STRIP_HEIGHT * pixel));
  const upper = round((top + bottom - rows) / 2);
  return [Math.floor(left - STRIP_MARGIN * pixel), upper, Math.ceil(right + STRIP_MARGIN * pixel), upper + rows];
}
