// Turns a gray picture, and points back.

import { clip, round } from "./numbers.js";
import { makeGray } from "./pictures.js";

/** @typedef {import("../spec.js").Gray} Gray */
/** @typedef {[[number, number, number], [number, number, number]]} Matrix of a turn: rows of x and y */

/**
 * The matrix that turns by an angle around a point.
 *
 * @param {[number, number]} center
 * @param {number} degrees
 * @returns {Matrix}
 */
export function turnAround([x, y], degrees) {
  const angle = degrees * Math.PI / 180;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  return [[cosine, sine, (1 - cosine) * x - sine * y], [-sine, cosine, sine * x + (1 - cosine) * y]];
}

/**
 * The matrix that leads back.
 *
 * @param {Matrix} matrix
 * @returns {Matrix}
 */
export function invertMatrix([[a, b, c], [d, e, f]]) {
  const share = 1 / (a * e - b * d);
  const [[p, q], [r, s]] = [[e * share, -b * share], [-d * share, a * share]];
  return [[p, q, -p * c - q * f], [r, s, -r * c - s * f]];
}

/**
 * The picture that a matrix makes, its pixels between the old ones in straight lines.
 *
 * @param {Gray} gray
 * @param {Matrix} back from a point of the new picture to one of the old one
 * @param {number} paper level of what lies beyond the old picture
 */
export function warp({ data, width: oldWidth, height: oldHeight }, [[a, b, c], [d, e, f]], width, height, paper) {
  const result = makeGray(width, height);
  const at = (x, y) => (x < 0 || y < 0 || x >= oldWidth || y >= oldHeight ? paper : data[y * oldWidth + x]);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const [x, y] = [a * column + b * row + c, d * column + e * row + f];
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const [across, down] = [x - left, y - top];
      const upper = at(left, top) * (1 - across) + at(left + 1, top) * across;
      const lower = at(left, top + 1) * (1 - across) + at(left + 1, top + 1) * across;
      result.data[row * width + column] = clip(round(Math.fround(upper * (1 - down) + lower * down)), 0, 255);
    }
  }
  return result;
}
