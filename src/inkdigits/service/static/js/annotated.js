// The picture with a box and a label at each mark, as the service draws it, to be saved.

import { context2d } from "./dom.js";
import { tagOf } from "./glyphs.js";
import { toPng } from "./strokes.js";

/** @typedef {import("./state.js").State} State */

const COLORS = { digit: "#1a36d6", unsure: "#9a5800", not_a_digit: "#565d70" };
const LINE = 1 / 400; // of the picture's longer side; a line is that wide
const LEAST_TEXT = 11; // pixels

/**
 * @param {State} state with a picture and its reading
 * @returns {Promise<Blob>} a PNG
 */
export function annotate(state) {
  const { picture: { image }, reading } = state;
  const context = context2d(reading.width, reading.height);
  context.drawImage(image, 0, 0, reading.width, reading.height);
  const line = Math.max(1, Math.round(LINE * Math.max(reading.width, reading.height)));
  Object.assign(context, { lineWidth: line, textBaseline: "bottom" });
  for (const digit of reading.digits) {
    const [left, top, right, bottom] = digit.box;
    context.strokeStyle = context.fillStyle = COLORS[digit.outcome];
    context.strokeRect(left, top, right - left, bottom - top);
    context.font = `600 ${Math.max(LEAST_TEXT, Math.round((bottom - top) / 3))}px sans-serif`;
    context.fillText(tagOf(state, digit), left, top - line);
  }
  return toPng(context.canvas);
}
