// Parts and rims of gray pictures.

import { clip } from "./numbers.js";

/** @typedef {import("../spec.js").Gray} Gray */

/** A picture of one level. */
export const makeGray = (width, height, level = 0) => (
  { data: new Uint8Array(width * height).fill(level), width, height });

/**
 * A part of a picture; what lies outside is left out.
 *
 * @param {Gray} gray
 * @returns {Gray} a new picture, without pixels where nothing lies inside
 */
export function cut({ data, width, height }, left, top, right, bottom) {
  const [x, y] = [clip(left, 0, width), clip(top, 0, height)];
  const part = makeGray(Math.max(0, clip(right, 0, width) - x), Math.max(0, clip(bottom, 0, height) - y));
  for (let row = 0; row < part.height; row += 1) {
    const start = (y + row) * width + x;
    part.data.set(data.subarray(start, start + part.width), row * part.width);
  }
  return part;
}

/**
 * A picture with rows and columns around it.
 *
 * @param {Gray} gray
 * @param {number | null} level of what is added; null lets the picture's edge go on
 */
export function pad({ data, width, height }, [top, bottom, left, right], level = null) {
  const padded = makeGray(width + left + right, height + top + bottom, level ?? 0);
  for (let row = 0; row < padded.height; row += 1) {
    const from = clip(row - top, 0, height - 1) * width;
    const start = row * padded.width;
    if (level !== null && (row < top || row >= top + height)) continue;
    padded.data.set(data.subarray(from, from + width), start + left);
    if (level !== null) continue;
    padded.data.fill(data[from], start, start + left);
    padded.data.fill(data[from + width - 1], start + left + width, start + padded.width);
  }
  return padded;
}

/** The picture with black for white and white for black. */
export const invert = ({ data, width, height }) => ({ data: data.map((level) => 255 - level), width, height });

/**
 * Where a picture is not 0: left, top, width and height; all 0 where nothing is.
 *
 * @param {Gray} gray
 * @param {number} above the largest level that counts as nothing
 */
export function boundingBox({ data, width, height }, above = 0) {
  let [left, top, right, bottom] = [width, -1, -1, -1];
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      if (data[row * width + column] <= above) continue;
      if (top < 0) top = row;
      bottom = row;
      if (column < left) left = column;
      if (column > right) right = column;
    }
  }
  return top < 0 ? [0, 0, 0, 0] : [left, top, right - left + 1, bottom - top + 1];
}

/** The levels of a picture's first and last rows and of its first and last columns. */
export function rimOf({ data, width, height }, { countsCorners = false } = {}) {
  const levels = [...data.subarray(0, width), ...data.subarray((height - 1) * width)];
  const skipped = countsCorners ? 0 : 1;
  for (const column of [0, width - 1]) {
    for (let row = skipped; row < height - skipped; row += 1) levels.push(data[row * width + column]);
  }
  return Uint8Array.from(levels);
}
