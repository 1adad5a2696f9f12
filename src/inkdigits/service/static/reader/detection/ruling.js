// Tells where a ruled line stands between two marks of a line, as between the cells of a table.

import { largest, round } from "../imageops/numbers.js";
import { cut } from "../imageops/pictures.js";
import { median } from "../imageops/quantiles.js";
import { heightOf } from "./page.js";

/** @typedef {import("../spec.js").Gray} Gray */
/** @typedef {import("./page.js").Mark} Mark */

const BEYOND = 0.2; // of a digit's height
const AROUND = 0.5; // of a digit's height
const DARK = 0.35; // of the contrast of the digits' ink
const ROWS = 0.92; // of the rows
const WIDEST = 3; // heights between two digits
const LEAST_GAP = 3; // pixels

/**
 * The marks of a line, those behind a ruled line with `isParted`.
 *
 * @param {Gray} gray the picture in which the marks were found
 * @param {Mark[]} line from left to right
 */
export function partCells(gray, line) {
  return line.map((mark, place) => {
    const isParted = place > 0 && hasRule(gray, line[place - 1], mark);
    return isParted ? { ...mark, isParted } : mark;
  });
}

/** Whether a dark line runs down between two marks, in nearly every row and beyond both. */
function hasRule(gray, { box: left }, { box: right }) {
  const height = Math.max(heightOf(left), heightOf(right));
  const gap = right[0] - left[2];
  if (gap > WIDEST * height) return false;
  const [middle, half] = [(left[2] + right[0]) / 2, Math.max(gap, LEAST_GAP) / 2];
  const top = Math.min(left[1], right[1]) - BEYOND * height;
  const bottom = Math.max(left[3], right[3]) + BEYOND * height;
  const hold = (side) => Math.max(0, round(side));
  const strip = cut(gray, hold(middle - half), hold(top), hold(middle + half) + 1, hold(bottom) + 1);
  if (!strip.data.length || strip.height < bottom - top - 2) return false; // the picture ends: no cell goes on there
  const rim = round(AROUND * height);
  const around = cut(gray, Math.max(0, left[0] - rim), hold(top), right[2] + rim, round(bottom) + 1).data;
  const paper = median(around);
  const [darker, lighter] = [paper - around.reduce((low, level) => Math.min(low, level)), largest(around) - paper];
  const least = DARK * Math.max(darker, lighter);
  let seen = 0;
  for (let row = 0; row < strip.height; row += 1) {
    const levels = strip.data.subarray(row * strip.width, (row + 1) * strip.width);
    seen += Number(levels.some((level) => (darker >= lighter ? paper - level : level - paper) >= least));
  }
  return seen / strip.height >= ROWS;
}
