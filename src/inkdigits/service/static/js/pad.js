// The sheet to write on: its strokes, shown as sharp as the screen can, and the tool in hand.

import { $, context2d } from "./dom.js";
import { paintSheet, paintStroke } from "./strokes.js";

/** @typedef {import("./strokes.js").Drawing} Drawing */

const MARGIN = 20; // beside the last point, in units of the sheet, so that a stroke's width fits, too
const ERASER_WIDTH = 3; // times the pen's
const LEAST_STEP = 1; // units of the sheet between two points of a stroke

/** The drawing on its canvas. A unit of the sheet is a CSS pixel, unless the drawing is shown smaller. */
export class Pad {
  #committed = context2d(1, 1); // all finished strokes, so that a frame draws one picture and one stroke
  #live = null; // the stroke under the pen
  #isFrameAsked = false;
  #onChange;
  #onLayout;

  /**
   * @param {Drawing} drawing which it shows and writes to
   * @param {object} listeners
   * @param {() => void} listeners.onChange after a stroke, an undo, a redo or a clearing
   * @param {(isCutAnew: boolean) => void} listeners.onLayout after another size of the window; with whether more or
   *   less of the drawing is on the sheet now
   */
  constructor(drawing, { onChange, onLayout }) {
    this.drawing = drawing;
    this.#onChange = onChange;
    this.#onLayout = onLayout;
    this.canvas = $("pad");
    this.tool = { width: 10, erases: false };
    this.scale = 1; // CSS pixels of a unit of the sheet
    this.width = this.height = 0; // of the sheet, in its units
    new ResizeObserver(() => this.layOut()).observe($("surface"));
  }

  get isWriting() { return this.#live !== null; }

  /** Fit canvas and sheet to the place they have; a drawing that would not fit any more is shown smaller. */
  layOut() {
    const { clientWidth, clientHeight } = $("surface");
    if (!clientWidth || !clientHeight) return;
    const points = this.drawing.strokes.flatMap((stroke) => stroke.points);
    const right = points.reduce((most, [x]) => Math.max(most, x + MARGIN), 0);
    const bottom = points.reduce((most, [, y]) => Math.max(most, y + MARGIN), 0);
    this.scale = Math.min(1, clientWidth / right || 1, clientHeight / bottom || 1);
    const [width, height] = [Math.ceil(clientWidth / this.scale), Math.ceil(clientHeight / this.scale)];
    const wasCut = points.some(([x, y]) => x > Math.min(width, this.width) || y > Math.min(height, this.height));
    Object.assign(this, { width, height });
    this.canvas.width = Math.round(clientWidth * devicePixelRatio);
    this.canvas.height = Math.round(clientHeight * devicePixelRatio);
    this.repaint();
    this.#onLayout(this.drawing.hasInk && wasCut);
  }

  /** Paint all strokes anew, in the theme's ink. */
  repaint() {
    this.#committed = context2d(this.canvas.width, this.canvas.height);
    this.#committed.scale(this.scale * devicePixelRatio, this.scale * devicePixelRatio);
    const ink = this.#ink;
    for (const stroke of this.drawing.strokes) paintStroke(this.#committed, stroke, ink);
    this.#askFrame();
  }

  get #ink() { return getComputedStyle(this.canvas).color; }

  #askFrame() {
    if (this.#isFrameAsked) return;
    this.#isFrameAsked = true;
    requestAnimationFrame(() => {
      this.#isFrameAsked = false;
      const context = this.canvas.getContext("2d");
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, this.canvas.width, this.canvas.height);
      context.drawImage(this.#committed.canvas, 0, 0);
      context.scale(this.scale * devicePixelRatio, this.scale * devicePixelRatio);
      if (this.#live) paintStroke(context, this.#live, this.#ink);
    });
  }

  /** @param {[number, number, number]} point x and y in units of the sheet, and the pressure */
  beginStroke(point, erases = this.tool.erases) {
    this.#live = { points: [point], width: erases ? this.tool.width * ERASER_WIDTH : this.tool.width, erases };
    $("surface").classList.add("drawing");
    $("invitation").hidden = true;
    this.#askFrame();
  }

  /** @param {[number, number, number]} point as in `beginStroke`; one that is hardly beside the last is left out */
  extendStroke(point) {
    const [x, y] = this.#live.points.at(-1);
    if (Math.hypot(point[0] - x, point[1] - y) < LEAST_STEP) return;
    this.#live.points.push(point);
    this.#askFrame();
  }

  /** Lift the pen; nothing happens when it is lifted. */
  endStroke() {
    if (!this.#live) return;
    this.drawing.add(this.#live);
    this.#live = null;
    $("surface").classList.remove("drawing");
    this.#changed();
  }

  /** @param {"undo" | "redo" | "clear"} step */
  takeStep(step) {
    this.drawing[step]();
    this.layOut();
    this.#changed();
  }

  #changed() {
    this.repaint();
    this.showTools();
    this.#onChange();
  }

  /** @param {{width?: number, erases?: boolean}} change */
  useTool(change) {
    Object.assign(this.tool, change);
    this.showTools();
  }

  /** Show which tools are in hand and which can be used. */
  showTools() {
    const { drawing, tool } = this;
    $("undo").disabled = !drawing.canUndo;
    $("redo").disabled = !drawing.canRedo;
    $("clear").disabled = drawing.strokes.length === 0;
    $("invitation").hidden = drawing.strokes.length > 0;
    $("pen").setAttribute("aria-pressed", String(!tool.erases));
    $("eraser").setAttribute("aria-pressed", String(tool.erases));
    for (const dot of $("widths").children) {
      dot.setAttribute("aria-pressed", String(Number(dot.dataset.width) === tool.width));
    }
    this.canvas.classList.toggle("erasing", tool.erases);
  }

  /** The sheet as it is sent: black on white, in its own units. */
  toCanvas() {
    return paintSheet(this.drawing.strokes, [0, 0, this.width, this.height]);
  }
}
