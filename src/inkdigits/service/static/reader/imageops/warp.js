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
export function warp({ data, width: oldWidth, height: oldHeight }, back, width, height, paper) {
  const result = makeGray(width, height);
  const [[a, b, c], [d, e, f]] = back.map((row) => row.map(Math.fround));
  const at = (x, y) => (x < 0 || y < 0 || x >= oldWidth || y >= oldHeight ? paper : data[y * oldWidth + x]);
  for (let row = 0; row < height; row += 1) {
    const [startX, startY] = [Math.fround(b * row + c), Math.fround(e * row + f)];
    for (let column = 0; column < width; column += 1) {
      const [x, y] = [Math.fround(a * column + startX), Math.fround(d * column + startY)];
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const upper = mix(at(left, top), at(left + 1, top), x - left);
      const lower = mix(at(left, top + 1), at(left + 1, top + 1), x - left);
      result.data[row * width + column] = clip(round(mix(upper, lower, y - top)), 0, 255);
    }
  }
  return result;
}

/** A value between two, as numbers of 32 bits have it. */
const mix = (one, other, share) => Math.fround(one + share * Math.fround(other - one));
