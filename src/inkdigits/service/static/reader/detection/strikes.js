// Tells which numbers were crossed out: one straight stroke runs through all of their digits and ends beside them.

import { clip, largest, round } from "../imageops/numbers.js";
import { cut } from "../imageops/pictures.js";
import { median } from "../imageops/quantiles.js";
import { boxAround, heightOf } from "./page.js";

/** @typedef {import("../spec.js").Gray} Gray */
/** @typedef {import("../spec.js").Corners} Corners */
/** @typedef {import("./page.js").Mark} Mark */

const LEAST_DIGITS = 3; // of one crossed-out number
const DARK = 0.5; // of the contrast of the digits' ink
const INKED = 0.97; // share of a stroke's columns that are inked
const RIM = 0.1; // of the digits' height, above and below
const OVERHANG = 0.05; // of the digits' height that the stroke goes on beyond them
const HEIGHTS = 16; // at which a stroke may begin and end between these

/**
 * The lines of a line: each number that was crossed out by itself, then what is left.
 *
 * @param {Gray} gray the picture in which the marks were found
 * @param {Mark[]} line from left to right
 * @returns {Mark[][]}
 */
export function partStruck(gray, line) {
  const boxes = line.filter((mark) => mark.sign === null).map((mark) => mark.box);
  if (boxes.length < LEAST_DIGITS) return [line];
  const parts = [];
  let rest = line;
  for (const [box, isPlain] of findStruck(gray, boxes)) {
    const isInside = (mark) => box[0] < (mark.box[0] + mark.box[2]) / 2 && (mark.box[0] + mark.box[2]) / 2 < box[2];
    if (!isPlain) {
      rest = rest.map((mark) => (isInside(mark) ? { ...mark, isStruck: true } : mark));
      continue;
    }
    parts.push(rest.filter(isInside).map((mark) => ({ ...mark, sign: null, reason: "crossed out" })));
    rest = rest.filter((mark) => !isInside(mark));
  }
  return rest.length ? [...parts, rest] : parts;
}

/** The boxes of crossed-out numbers among those of a line's digits, from left to right, and which are plain. */
function findStruck(gray, boxes) {
  const whole = boxAround(boxes);
  const height = round(median(boxes.map(heightOf)));
  const left = Math.max(0, whole[0] - height);
  const inked = findInk(cut(gray, left, whole[1], whole[2] + height, whole[3]));
  return join(boxes, inked, left, whole[1]).filter((run) => run.length >= LEAST_DIGITS).map(boxAround)
    .map((box) => [box, isPlainlyStruck(inked, [box[1] - whole[1], box[3] - whole[1]], box[0] - left, box[2] - left)])
    .filter(([, isPlain]) => isPlain !== null);
}

/** Which pixels hold ink, or have some just above or below: a pen is not quite steady. */
function findInk({ data, width, height }) {
  const paper = median(data);
  const [darker, lighter] = [paper - data.reduce((low, level) => Math.min(low, level), 255), largest(data) - paper];
  const least = DARK * Math.max(darker, lighter);
  const isInk = data.map((level) => Number((darker >= lighter ? paper - level : level - paper) >= least));
  const spread = isInk.map((ink, at) => ink | (isInk[at - width] ?? 0) | (isInk[at + width] ?? 0));
  return { data: spread, width, height };
}

/** The boxes in runs without any column of paper between two. */
function join(boxes, inked, left, top) {
  const runs = [[boxes[0]]];
  for (const box of boxes.slice(1)) {
    const last = runs.at(-1).at(-1);
    const [start, stop] = [Math.min(last[2], box[0]) - left, Math.max(last[2], box[0]) - left];
    const [from, to] = findMiddle(Math.min(last[1], box[1]) - top, Math.max(last[3], box[3]) - top);
    let isJoined = true;
    for (let column = start; column < stop && isJoined; column += 1) {
      isJoined = false;
      for (let row = from; row < to && !isJoined; row += 1) isJoined = inked.data[row * inked.width + column] > 0;
    }
    if (isJoined) runs.at(-1).push(box);
    else runs.push([box]);
  }
  return runs;
}

/** The first row and the row after the last one, without the rim. */
function findMiddle(top, bottom) {
  const rim = round(RIM * (bottom - top));
  return [top + rim, bottom - rim];
}

/** Whether a stroke across the columns goes on beyond them on both sides; null where none crosses them. */
function isPlainlyStruck({ data, width }, [top, bottom], left, right) {
  const [first, end] = findMiddle(0, bottom - top);
  const at = (step) => first + (end - 1 - first) * step / (HEIGHTS - 1);
  const span = Math.max(1, right - 1 - left);
  const isInk = (from, to, column) => {
    const along = (column - left) / span;
    const row = clip(round(from * (1 - along) + to * along), 0, bottom - top - 1);
    return data[(top + row) * width + column] > 0;
  };
  const least = INKED * (right - left);
  const over = Math.max(1, round(OVERHANG * (bottom - top)));
  const goesBeyond = (from, to) => left >= over && right + over <= width
    && !hasPaper(isInk, from, to, left - over, left) && !hasPaper(isInk, from, to, right, right + over);
  let isPlain = null;
  for (let start = 0; start < HEIGHTS; start += 1) {
    for (let stop = 0; stop < HEIGHTS; stop += 1) {
      const [from, to] = [at(start), at(stop)];
      let seen = 0;
      for (let column = left; column < right; column += 1) {
        seen += Number(isInk(from, to, column));
        if (seen + right - column - 1 < least) break;
      }
      if (seen < least) continue;
      if (!hasPaper(isInk, from, to, 0, left) || !hasPaper(isInk, from, to, right, width)) return null; // a ruled line
      isPlain ||= goesBeyond(from, to);
    }
  }
  return isPlain;
}

function hasPaper(isInk, from, to, start, stop) {
  for (let column = start; column < stop; column += 1) if (!isInk(from, to, column)) return true;
  return false;
}
