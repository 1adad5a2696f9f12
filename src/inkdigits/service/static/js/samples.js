// Digits that the user corrected or confirmed: collected in the tab, and packed as data to train and evaluate with.

import { toPng } from "./strokes.js";
import { zip } from "./zip.js";

/** @typedef {import("./api.js").Digit} Digit */

/**
 * @typedef {object} Sample
 * @property {number} label that the user gave
 * @property {Digit} digit as it was read
 * @property {string} url of its picture
 * @property {Uint8Array} [png] its picture; added a moment later
 */

const FOLDER = "inkdigits-corrected";
const CSV_HEADER = "file,label,read,confidence,outcome"; // docs/data.md: form of own data

/** Samples by the ink that they are made of, the newest last. */
export class Samples {
  /** @type {Map<string, Sample>} */
  #byInk = new Map();

  get size() { return this.#byInk.size; }

  /** @returns {[string, Sample][]} each with its ink */
  get entries() { return [...this.#byInk]; }

  /** @returns {Sample | undefined} */
  get(ink) { return this.#byInk.get(ink); }

  /** @returns {boolean} whether there was one */
  remove(ink) { return this.#byInk.delete(ink); }

  /**
   * @param {string} ink that tells the written digit from all others
   * @param {Digit} digit as it was read
   * @param {number} label that is right
   * @param {HTMLCanvasElement} crop the digit on its paper
   */
  async add(ink, digit, label, crop) {
    /** @type {Sample} */
    const sample = { label, digit, url: crop.toDataURL("image/png") };
    this.#byInk.delete(ink); // so that the newest comes last
    this.#byInk.set(ink, sample);
    sample.png = new Uint8Array(await (await toPng(crop)).arrayBuffer());
  }

  /** A zip of one folder with labels.csv and a PNG of each digit. */
  toZip() {
    const rows = [CSV_HEADER];
    const pictures = [...this.#byInk.values()].map(({ label, digit, png }, index) => {
      const name = `${String(index + 1).padStart(4, "0")}-${label}.png`;
      rows.push([name, label, digit.label, digit.confidence, digit.outcome].join(","));
      return { name: `${FOLDER}/${name}`, bytes: png };
    });
    const labels = new TextEncoder().encode(`${rows.join("\n")}\n`);
    return zip([{ name: `${FOLDER}/labels.csv`, bytes: labels }, ...pictures]);
  }
}
