// Cuts the ink of one mark out of a gray picture: its strokes are parted from paper, light and neighbors.

import { findPieces } from "../imageops/components.js";
import { clip, round } from "../imageops/numbers.js";
import { cut } from "../imageops/pictures.js";
import { median, quantile } from "../imageops/quantiles.js";
import { resizeArea } from "../imageops/resize.js";

/** @typedef {import("../spec.js").Gray} Gray */
/** @typedef {import("../spec.js").Corners} Corners */

const AROUND = 0.35; // of the box's long side
const WORK_SIDE = 140; // pixels
const [PAPER, FULL] = [0.28, 0.78]; // of the darkest ink
const DARKEST = 0.04;
const LEAST_RANGE = 8; // gray levels
const REACH = 0.62; // widths and heights from the middle

/**
 * The ink of a mark; null where hardly any stands out.
 *
 * @param {Gray} gray dark on light or light on dark
 * @param {Corners} box where the mark is
 * @param {Corners[]} others boxes of the other marks; what is nearer to one of them is left out
 * @returns {Gray | null}
 */
export function cutInk(gray, box, others = []) {
  const part = take(gray, box, others);
  if (!part) return null;
  const ink = findInk(part);
  const levels = Uint8Array.from(ink.data, (share) => Math.fround(255 * share));
  return levels.some((level) => level > 0) ? { ...ink, data: levels } : null;
}

/**
 * The box with all around it where ink can be the mark's.
 *
 * @param {Corners} box
 * @returns {Corners}
 */
export function findReach([left, top, right, bottom]) {
  const [across, down] = [right - left, bottom - top].map((side) => (REACH - 0.5) * side + 1);
  return [left - across, top - down, right + across, bottom + down];
}

/** Those of the other boxes that ink of this mark can belong to. */
function findRivals(box, others) {
  const [left, top, right, bottom] = findReach(box);
  return others.filter((one) => {
    const reach = findReach(one);
    return reach[0] < right && reach[2] > left && reach[1] < bottom && reach[3] > top;
  });
}

/** The picture around a mark, scaled down where it is large, dark on light. */
function take(gray, box, others) {
  const margin = AROUND * Math.max(box[2] - box[0], box[3] - box[1]) + 2;
  const [left, top] = [Math.max(0, Math.trunc(box[0] - margin)), Math.max(0, Math.trunc(box[1] - margin))];
  let part = cut(gray, left, top, Math.max(0, Math.trunc(box[2] + margin) + 1),
    Math.max(0, Math.trunc(box[3] + margin) + 1));
  if (Math.min(part.width, part.height) < 2) return null;
  const scale = Math.min(1, WORK_SIDE / Math.max(part.width, part.height));
  if (scale < 1) part = resizeArea(part, ...[part.width, part.height].map((side) => Math.max(2, round(side * scale))));
  const [own, ...rest] = [box, ...findRivals(box, others)].map((one) => {
    const [x0, y0, x1, y1] = one.map((side, at) => (side - (at % 2 ? top : left)) * scale);
    return [x0, y0, Math.max(x1, x0 + 1), Math.max(y1, y0 + 1)];
  });
  const inner = cut(part, Math.max(0, Math.trunc(own[0])), Math.max(0, Math.trunc(own[1])),
    Math.max(0, Math.trunc(own[2]) + 1), Math.max(0, Math.trunc(own[3]) + 1)).data;
  if (!inner.length) return null;
  const middle = median(part.data);
  const isLight = quantile(inner, 1 - DARKEST) - middle > middle - quantile(inner, DARKEST);
  const data = Float32Array.from(part.data, (level) => (isLight ? 255 - level : level));
  return { gray: { data, width: part.width, height: part.height }, box: own, others: rest };
}

/** The mark's own ink, 0 to 1. */
function findInk({ gray, box, others }) {
  const { width, height } = gray;
  const paper = median(gray.data);
  const dark = gray.data.map((level) => Math.max(paper - level, 0));
  const [left, top, right, bottom] = box.map((each) => Math.max(0, Math.trunc(each)));
  const inner = [];
  for (let row = top; row < Math.min(bottom + 1, height); row += 1) {
    inner.push(...dark.subarray(row * width + left, row * width + Math.min(right + 1, width)));
  }
  const full = Math.fround(Math.max(quantile(inner, 1 - DARKEST), LEAST_RANGE));
  const [low, range] = [Math.fround(PAPER), Math.fround(FULL - PAPER)];
  const ink = dark.map((level) => clip(Math.fround(Math.fround(level / full) - low) / range, 0, 1));
  const distance = measure(width, height, box);
  const rivals = others.map((other) => measure(width, height, other));
  const reach = Math.fround(REACH);
  for (let at = 0; at < ink.length; at += 1) {
    if (distance[at] > reach || rivals.some((rival) => rival[at] < distance[at])) ink[at] = 0;
  }
  return { data: keepOwn(ink, distance, width, height), width, height };
}

/** Leave out pieces of ink that do not reach into the box; the soft edges of strokes stay. */
function keepOwn(ink, distance, width, height) {
  const { pieces, count } = findPieces(ink.map((share) => Number(share > 0.5)), width, height);
  const isOwn = new Uint8Array(count);
  for (let at = 0; at < ink.length; at += 1) if (distance[at] <= 0.5) isOwn[pieces[at]] = 1;
  isOwn[0] = 1;
  return ink.map((share, at) => (isOwn[pieces[at]] ? share : 0));
}

/** How far each pixel is from a box's middle, in its widths or heights; 0.5 is its side. */
function measure(width, height, [left, top, right, bottom]) {
  const measureAlong = (length, first, last) => {
    const [middle, side] = [Math.fround((first + last) / 2), Math.fround(last - first)];
    return Float32Array.from({ length }, (_, at) => Math.abs(Math.fround(at + 0.5 - middle)) / side);
  };
  const [across, down] = [measureAlong(width, left, right), measureAlong(height, top, bottom)];
  const distance = new Float32Array(width * height);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      distance[row * width + column] = Math.max(across[column], down[row]);
    }
  }
  return distance;
}
