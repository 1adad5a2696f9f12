// One digit on its paper: of a drawing its own strokes, of a picture its surroundings up to the neighbors.

import { context2d } from "./dom.js";
import { withoutNeighbors } from "./geometry.js";
import { paintSheet, strokesIn } from "./strokes.js";

/** @typedef {import("./api.js").Digit} Digit */
/** @typedef {import("./state.js").State} State */

const MARGIN = 0.2; // of the longer side of the box, on each side

/**
 * @param {State} state
 * @param {Digit} digit
 * @returns {HTMLCanvasElement}
 */
export function cropDigit(state, digit) {
  const [left, top, right, bottom] = digit.box;
  const margin = Math.round(MARGIN * Math.max(right - left, bottom - top));
  const wide = [left - margin, top - margin, right + margin, bottom + margin];
  return state.isDrawing ? cropDrawing(state.drawing, digit.box, wide) : cropPicture(state, digit, wide);
}

/** Without strokes of its own, as when one stroke is two digits, all ink in the box itself. */
function cropDrawing({ strokes }, box, wide) {
  const own = strokesIn(strokes, box);
  if (!own.length) return paintSheet(strokes, box);
  return paintSheet(strokes.filter((stroke) => stroke.erases || own.includes(stroke)), wide);
}

function cropPicture({ picture, reading }, digit, wide) {
  const { width: pictureWidth, height: pictureHeight } = reading;
  const [left, top, right, bottom] = wide;
  const inside = [Math.max(0, left), Math.max(0, top), Math.min(pictureWidth, right), Math.min(pictureHeight, bottom)];
  const neighbors = reading.digits.filter((other) => other !== digit).map((other) => other.box);
  const [x, y, xEnd, yEnd] = withoutNeighbors(inside, digit.box, neighbors);
  const [width, height] = [xEnd - x, yEnd - y];
  const crop = context2d(width, height);
  crop.drawImage(picture.image, x, y, width, height, 0, 0, width, height);
  return crop.canvas;
}
