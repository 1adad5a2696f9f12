// Groups the boxes of marks into lines, top to bottom and each from left to right, also when they are tilted.

import { findNeighbors, findTouching } from "../imageops/box_index.js";
import { sortedBy } from "../imageops/numbers.js";
import { median } from "../imageops/quantiles.js";
import { heightOf } from "./page.js";

/** @typedef {import("../spec.js").Corners} Corners */

const LINE_SHARE = 0.5; // of the shorter mark's height
const [STRAY_SHARE, STRAY_GAP, STRAY_OVER] = [0.12, 0.5, 0.5];
const MIN_CROWD = 12; // nearest marks, the mark itself included
const OUTSIZED = 2; // of the usual height
const NEIGHBOR_REACH = 1.6; // of a mark's height
const NEIGHBOR_GROWTH = 2; // ratio of two heights
const MAX_SLOPE = 0.75; // from neighbor to neighbor

/**
 * The places of the boxes, a list for each line: lines from the top, places in a line from the left.
 *
 * @param {Corners[]} boxes
 * @returns {number[][]}
 */
export function groupLines(boxes) {
  if (!boxes.length) return [];
  const isOutsized = findOutsized(boxes);
  const pairs = findPairs(boxes);
  let [lines, corners] = [groupByRows(boxes, isOutsized), boxes];
  const parted = countParted(lines, pairs);
  if (parted) {
    const slope = findPairSlope(boxes, pairs);
    const level = boxes.map(([left, top, right, bottom]) => {
      const fall = slope * (left + right) / 2;
      return [left, top - fall, right, bottom - fall];
    });
    const leveled = groupByRows(level, isOutsized);
    if (countParted(leveled, pairs) < parted) [lines, corners] = [leveled, level];
  }
  lines = joinStrays(lines, corners);
  const found = new Map();
  lines.forEach((line, place) => found.set(line, [...(found.get(line) ?? []), place]));
  const ordered = [...found.keys()].sort((one, other) => one - other).map((line) => found.get(line));
  const byHeight = sortedBy(ordered, (places) => median(places.map((place) => corners[place][1] + corners[place][3])));
  return byHeight.map((places) => sortedBy(places, (place) => boxes[place][0]));
}

/**
 * How far lines fall for each column to the right; 0 where nothing tells.
 *
 * @param {Corners[]} boxes
 */
export function findSlope(boxes) {
  const pairs = findPairs(boxes);
  return pairs.length ? findPairSlope(boxes, pairs) : 0;
}

/** Which marks are so much taller than their neighbors that they would join several lines. */
function findOutsized(boxes) {
  if (boxes.length < MIN_CROWD) return boxes.map(() => false);
  const near = findNeighbors(boxes, MIN_CROWD);
  const usual = near.map((places) => median(places.map((place) => heightOf(boxes[place]))));
  return boxes.map((box, place) => heightOf(box) > OUTSIZED * usual[place]);
}

/** The line of each box: the first line with a taller box in the same rows, or else a new one; outsized boxes last. */
function groupByRows(corners, isOutsized) {
  const lines = corners.map(() => -1);
  const middleOf = (place) => (corners[place][1] + corners[place][3]) / 2;
  const tallest = sortedBy(corners.map((_, place) => place), (place) => -heightOf(corners[place]));
  const order = sortedBy(tallest, (place) => Number(isOutsized[place]));
  let count = 0;
  order.forEach((place, at) => {
    let line = count;
    if (isOutsized[place]) {
      line = findLineOfOutsized(corners, place, order.slice(0, at), lines, isOutsized) ?? count;
    } else { // a taller box shares half of this one's rows where it reaches over its middle
      const middle = middleOf(place);
      for (let before = 0; before < at; before += 1) {
        const [, top, , bottom] = corners[order[before]];
        if (top <= middle && middle <= bottom) line = Math.min(line, lines[order[before]]);
      }
    }
    lines[place] = Math.min(line, count);
    count = Math.max(count, lines[place] + 1);
  });
  return lines;
}

/** The first line that an outsized box is beside, one of ordinary boxes if there is such. */
function findLineOfOutsized(corners, place, placed, lines, isOutsized) {
  const [, top, , bottom] = corners[place];
  const beside = placed.filter((other) => (
    Math.min(bottom, corners[other][3]) - Math.max(top, corners[other][1]) >= LINE_SHARE * (bottom - top)));
  const usual = beside.filter((other) => !isOutsized[other]);
  const chosen = usual.length ? usual : beside;
  return chosen.length ? Math.min(...chosen.map((other) => lines[other])) : null;
}

/** The line of each box, where a lone one close to the end of a line and in part beside it is of that line. */
function joinStrays(lines, corners) {
  const joined = lines.slice();
  const sizes = new Map();
  for (const line of lines) sizes.set(line, (sizes.get(line) ?? 0) + 1);
  lines.forEach((line, place) => {
    if (sizes.get(line) !== 1) return;
    const [left, top, right, bottom] = corners[place];
    const height = bottom - top;
    const gapTo = (other) => Math.max(corners[other][0] - right, left - corners[other][2]);
    const near = lines.map((_, other) => other).filter((other) => {
      const shared = Math.min(corners[other][3], bottom) - Math.max(corners[other][1], top);
      return sizes.get(lines[other]) > 1 && gapTo(other) <= STRAY_GAP * height
        && shared >= STRAY_SHARE * Math.min(height, heightOf(corners[other]));
    });
    const free = sortedBy(near, gapTo).find((other) => corners.every((box, each) => lines[each] !== lines[other]
      || Math.min(box[2], right) - Math.max(box[0], left) <= STRAY_OVER * (right - left)));
    if (free !== undefined) joined[place] = lines[free];
  });
  return joined;
}

/** Each mark with the nearest one to its right, as places. */
function findPairs(corners) {
  const middles = corners.map(([left, top, right, bottom]) => [(left + right) / 2, (top + bottom) / 2]);
  const points = middles.map(([x, y]) => [x, y, x, y]);
  const pairs = [];
  middles.forEach(([x, y], place) => {
    const height = heightOf(corners[place]);
    const reach = NEIGHBOR_REACH * height;
    const fall = MAX_SLOPE * reach;
    let [next, nearest] = [-1, Infinity];
    for (const other of findTouching(points, [x, y - fall - 1, x + reach + 1, y + fall + 1])) {
      const [right, down] = [middles[other][0] - x, Math.abs(middles[other][1] - y)];
      const growth = Math.max(heightOf(corners[other]) / height, height / heightOf(corners[other]));
      const isNext = right > 0 && middles[other][0] <= x + reach && down <= MAX_SLOPE * right
        && growth <= NEIGHBOR_GROWTH;
      const off = Math.hypot(right, down);
      if (isNext && off < nearest) [next, nearest] = [other, off];
    }
    if (next >= 0) pairs.push([place, next]);
  });
  return pairs;
}

const countParted = (lines, pairs) => pairs.filter(([one, other]) => lines[one] !== lines[other]).length;

/** The median slope from neighbor to neighbor, weighted by their distance; above 0 is down to the right. */
function findPairSlope(corners, pairs) {
  const steps = pairs.map(([one, other]) => {
    const right = corners[other][0] - corners[one][0] + corners[other][2] - corners[one][2];
    const down = corners[other][1] - corners[one][1] + corners[other][3] - corners[one][3];
    return { slope: down / right, weight: right };
  });
  const ordered = sortedBy(steps, ({ slope }) => slope);
  const half = ordered.reduce((total, { weight }) => total + weight, 0) / 2;
  let passed = 0;
  return ordered.find(({ weight }) => { passed += weight; return passed >= half; }).slope;
}
