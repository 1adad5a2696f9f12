// Measures how wide strokes are, and widens or thins them.

import { clip, round } from "./numbers.js";
import { boundingBox, cut, makeGray, pad } from "./pictures.js";
import { median } from "./quantiles.js";

/** @typedef {import("../spec.js").Gray} Gray */

const INK = 255 >> 1; // half of full ink: pixels above belong to a stroke when its width is measured
const [BESIDE, ACROSS] = [0.955, 1.3693].map(Math.fround); // pixels to a neighbor beside, and to one across a corner
const FAR = 1e9;

/**
 * The median width of the strokes in pixels, 0 when there are none: measured where pixels are as far from paper as any
 * neighbor.
 *
 * @param {Gray} ink
 */
export function strokeWidth(ink) {
  const [left, top, width, height] = boundingBox(ink, INK);
  if (!width) return 0;
  const padded = pad(cut(ink, left, top, left + width, top + height), [1, 1, 1, 1], 0);
  const distances = measureToPaper(padded);
  const ridge = [];
  for (let row = 1; row <= height; row += 1) {
    for (let column = 1; column <= width; column += 1) {
      const at = row * padded.width + column;
      if (padded.data[at] > INK && isRidge(distances, at, padded.width)) ridge.push(distances[at]);
    }
  }
  return 2 * median(ridge) - 1;
}

function isRidge(distances, at, width) {
  for (const row of [at - width, at, at + width]) {
    for (let near = row - 1; near <= row + 1; near += 1) if (distances[near] > distances[at]) return false;
  }
  return true;
}

/** How far each pixel of ink is from paper, in two passes (G. Borgefors, 1986). The picture's rim is paper. */
function measureToPaper({ data, width, height }) {
  const distances = Float32Array.from(data, (level) => (level > INK ? FAR : 0));
  const visit = (at, before, above) => {
    const near = Math.min(distances[at + above - 1] + ACROSS, distances[at + above] + BESIDE,
      distances[at + above + 1] + ACROSS, distances[at + before] + BESIDE);
    distances[at] = Math.min(distances[at], near);
  };
  for (let row = 1; row < height - 1; row += 1) {
    for (let column = 1; column < width - 1; column += 1) visit(row * width + column, -1, -width);
  }
  for (let row = height - 2; row > 0; row -= 1) {
    for (let column = width - 2; column > 0; column -= 1) visit(row * width + column, 1, width);
  }
  return distances;
}

/**
 * Widen strokes that are too thin and thin those that are too thick, as a whole.
 *
 * @param {Gray} ink with paper around it for strokes to grow into
 * @param {number} thin pixels of stroke width below which strokes are widened to it
 * @param {number} thick pixels of stroke width above which they are thinned to it
 */
export function fitStroke(ink, thin, thick) {
  const width = strokeWidth(ink);
  const target = Math.min(Math.max(width, thin), thick);
  const steps = round(Math.abs(target - width));
  if (steps === 0 || width === 0) return ink;
  return target > width ? brush(ink, steps + 1, Math.max, 0) : brush(ink, steps + 1, Math.min, 255);
}

/** In each pixel, what `pick` takes of an ellipse around it; beyond the picture is what it never takes. */
function brush({ data, width, height }, side, pick, never) {
  const result = makeGray(width, height);
  const spans = ellipse(side);
  const anchor = side >> 1;
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      let best = never;
      spans.forEach(([first, last], down) => {
        const at = row + down - anchor;
        if (at < 0 || at >= height) return;
        const [from, to] = [Math.max(0, column + first - anchor), Math.min(width, column + last - anchor)];
        for (let across = from; across < to; across += 1) best = pick(best, data[at * width + across]);
      });
      result.data[row * width + column] = best;
    }
  }
  return result;
}

/** The rows of an ellipse in a square: first column, and the one behind the last. */
function ellipse(side) {
  const [radius, middle] = [side >> 1, side >> 1];
  const share = radius ? 1 / (radius * radius) : 0;
  return Array.from({ length: side }, (_, row) => {
    const down = row - radius;
    if (Math.abs(down) > radius) return [0, 0];
    const across = round(middle * Math.sqrt((radius * radius - down * down) * share));
    return [Math.max(middle - across, 0), clip(middle + across + 1, 0, side)];
  });
}
