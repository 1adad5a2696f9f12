// Cuts the strip of each line that holds digits, and digits out of a strip, for the line recognizer.

import { clip, round } from "../imageops/numbers.js";
import { DIGIT_ROWS, toStrip } from "../models/strips.js";
import { cutInk } from "./ink_crops.js";
import { boxAround } from "./page.js";

/** @typedef {import("../spec.js").Gray} Gray */
/** @typedef {import("../models/strips.js").Strip} Strip */
/** @typedef {import("./page.js").Mark} Mark */

const WIDE = 0.5; // of a digit's height

/**
 * The strip of each line, from line 0 on; null for a line without digits.
 *
 * @param {Gray} gray the picture that was searched
 * @param {Mark[]} marks each with its line
 * @returns {(Strip | null)[]}
 */
export function cutStrips(gray, marks) {
  const lines = Array.from({ length: 1 + Math.max(-1, ...marks.map((mark) => mark.line)) }, () => []);
  const isOpen = ({ sign, reason, line }) => sign === null && reason === null && line >= 0;
  for (const mark of marks.filter(isOpen)) lines[mark.line].push(mark.box);
  return lines.map((boxes) => (boxes.length ? toStrip(gray, boxAround(boxes)) : null));
}

/**
 * A mark that the line recognizer alone has found, with its box and ink; null where no ink stands out.
 *
 * @param {Strip} strip of its line
 * @param {number} column of the strip, at the middle of the digit
 * @param {Mark} mark all else that is known of it
 * @param {[number, number]} size width and height of the picture
 */
export function cutHeard(strip, column, mark, [width, height]) {
  const [top, bottom] = DIGIT_ROWS;
  const half = WIDE * (bottom - top) / 2;
  const crop = cutInk(strip.picture, [column - half, top, column + half, bottom]);
  if (!crop) return null;
  const [left, right] = [column - half, column + half].map((side) => round(strip.left + side / strip.scale));
  const [upper, lower] = [top, bottom].map((row) => round(strip.top + row / strip.scale));
  const [x, y] = [clip(left, 0, width - 1), clip(upper, 0, height - 1)];
  const box = [x, y, Math.min(Math.max(right, x + 1), width), Math.min(Math.max(lower, y + 1), height)];
  return { ...mark, box, crop };
}
