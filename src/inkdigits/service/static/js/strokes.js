// Strokes: kept as vectors with a history, painted as curves, and found again by the box that they lie in.

import { context2d } from "./dom.js";

/** @typedef {import("./geometry.js").Box} Box */

/**
 * @typedef {object} Stroke lengths are in units of the sheet
 * @property {[number, number, number][]} points x, y, and the pen's pressure from 0 to 1
 * @property {number} width of the line at a pressure of 0.5, which a mouse has
 * @property {boolean} erases
 * @property {number} [id] given by the drawing
 */

const INK = "black"; // of what is sent, whatever the theme
/** The color of the paper of whatever is sent or cut out. */
export const PAPER = "white";

/** Strokes with their history, in which clearing the sheet is one step like a stroke. */
export class Drawing {
  #done = [];
  #undone = [];
  #nextId = 1;

  /** @returns {Stroke[]} what is on the sheet, in the order of writing */
  get strokes() {
    return this.#done.slice(this.#done.findLastIndex((step) => step.clears) + 1);
  }

  get canUndo() { return this.#done.length > 0; }
  get canRedo() { return this.#undone.length > 0; }
  get hasInk() { return this.strokes.some((stroke) => !stroke.erases); }

  /** @param {Stroke} stroke */
  add(stroke) {
    this.#done.push({ ...stroke, id: this.#nextId++ });
    this.#undone = [];
  }

  clear() {
    this.#done.push({ clears: true });
    this.#undone = [];
  }

  undo() { if (this.canUndo) this.#undone.push(this.#done.pop()); }
  redo() { if (this.canRedo) this.#done.push(this.#undone.pop()); }
}

/**
 * Paint one stroke: quadratic curves between the middles of its points, as wide as the pressure says.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Stroke} stroke
 * @param {string} ink a CSS color
 */
export function paintStroke(context, { points, width, erases }, ink) {
  context.globalCompositeOperation = erases ? "destination-out" : "source-over";
  context.strokeStyle = ink;
  context.lineCap = context.lineJoin = "round";
  let [fromX, fromY] = points[0];
  points.forEach(([x, y, pressure], index) => {
    const isLast = index === points.length - 1;
    const [nextX, nextY] = isLast ? [x, y] : points[index + 1];
    const [toX, toY] = isLast ? [x, y] : [(x + nextX) / 2, (y + nextY) / 2];
    context.lineWidth = width * (0.4 + 1.2 * pressure); // 0.5, a mouse's pressure, is the width itself
    context.beginPath();
    context.moveTo(fromX, fromY);
    context.quadraticCurveTo(x, y, toX, toY);
    context.stroke();
    [fromX, fromY] = [toX, toY];
  });
  context.globalCompositeOperation = "source-over";
}

/**
 * Paint strokes in black onto white paper.
 *
 * @param {Stroke[]} strokes
 * @param {Box} box the part of the sheet that the canvas shows
 * @returns {HTMLCanvasElement}
 */
export function paintSheet(strokes, [left, top, right, bottom]) {
  const layer = context2d(right - left, bottom - top); // of its own, as an eraser would take the paper away, too
  layer.translate(-left, -top);
  for (const stroke of strokes) paintStroke(layer, stroke, INK);
  const sheet = context2d(right - left, bottom - top);
  sheet.fillStyle = PAPER;
  sheet.fillRect(0, 0, right - left, bottom - top);
  sheet.drawImage(layer.canvas, 0, 0);
  return sheet.canvas;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<Blob>}
 */
export const toPng = (canvas) => new Promise((resolve) => canvas.toBlob(resolve, "image/png"));

/**
 * The strokes of which at least half of the points lie in the box.
 *
 * @param {Stroke[]} strokes
 * @param {Box} box
 */
export function strokesIn(strokes, [left, top, right, bottom]) {
  const isInside = ([x, y]) => x >= left && x <= right && y >= top && y <= bottom;
  return strokes.filter(({ points, erases }) => !erases && points.filter(isInside).length * 2 >= points.length);
}
