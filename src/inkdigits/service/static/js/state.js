// What the page shows now: drawing or picture, the answer, the chosen digit, and what the user corrected.

import { Samples } from "./samples.js";
import { findClosest } from "./geometry.js";
import { Drawing, strokesIn } from "./strokes.js";

/** @typedef {import("./api.js").Reading} Reading */
/** @typedef {import("./api.js").Digit} Digit */
/** @typedef {import("./api.js").Failure} Failure */
/** @typedef {import("./pages.js").Pages} Pages */

/**
 * @typedef {object} Picture that the user gave
 * @property {number} id
 * @property {Blob} blob the file as it is
 * @property {string} name of the file
 * @property {string} url
 * @property {HTMLImageElement} image that shows it
 * @property {number} page of the file that is shown or asked for, from 1
 * @property {boolean} isUnshowable whether the service has to decode it, as with TIFF and PDF
 * @property {number} [copied] the page whose copy from the service is on the screen
 */

/** One for the page; the parts that show something read it, `Page` changes it. */
export class State {
  drawing = new Drawing();
  samples = new Samples();
  /** @type {"draw" | "picture"} */
  mode = "draw";
  /** @type {Picture | null} */
  picture = null;
  /** @type {Pages | null} of the picture, where its file has several */
  pages = null;
  /** @type {Reading | null} the answer for what is shown */
  reading = null;
  /** @type {number | null} index of the chosen digit in the reading */
  selected = null;
  isChosen = false; // by the user: the next answer keeps the choice
  /** @type {Failure | null} */
  problem = null;
  isWhyOpen = false;

  get isDrawing() { return this.mode === "draw"; }

  /** @returns {Digit | undefined} the chosen one */
  get digit() { return this.reading?.digits[this.selected]; }

  /** Whether the picture can be shown only when the service sends a copy of it. */
  get needsCopy() {
    return !this.isDrawing && Boolean(this.picture?.isUnshowable) && this.picture.copied !== this.picture.page;
  }

  /** Forget the answer. */
  forget() {
    [this.reading, this.selected, this.problem] = [null, null, null];
  }

  /** Take a new answer. What the user chose stays chosen. */
  take(reading) {
    const before = this.isChosen && this.digit;
    this.problem = null;
    this.reading = reading;
    this.selected = before ? this.#closest(before.box) : this.#firstChoice();
  }

  #closest(box) {
    return findClosest(this.reading.digits.map((digit) => digit.box), box);
  }

  /** The digit written last; of a picture the first that is unsure, or the first. */
  #firstChoice() {
    if (this.isDrawing) {
      const points = this.drawing.strokes.findLast((stroke) => !stroke.erases)?.points ?? [[0, 0]];
      const xs = points.map(([x]) => x);
      const ys = points.map(([, y]) => y);
      return this.#closest([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]);
    }
    const outcomes = this.reading.digits.map((digit) => digit.outcome);
    const choices = [outcomes.indexOf("unsure"), outcomes.indexOf("digit"), outcomes.length - 1];
    return choices.find((index) => index >= 0) ?? null;
  }

  /** What tells one written digit from all others: its strokes, or its place in its picture and page. */
  inkOf(digit, page = this.picture?.page) {
    const ids = this.isDrawing ? strokesIn(this.drawing.strokes, digit.box).map((stroke) => stroke.id) : [];
    if (ids.length) return `strokes ${ids}`;
    return `${this.isDrawing ? "sheet" : `picture ${this.picture.id} page ${page}`} ${digit.box}`;
  }

  /** The user's correction of a digit, if there is one; of a page that is not shown, with its number. */
  sampleOf(digit, page = this.picture?.page) {
    return this.samples.get(this.inkOf(digit, page));
  }
}
