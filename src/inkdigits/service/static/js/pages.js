// The pages of a PDF or TIFF: read one after another, each with its answer or the reason why there is none.

import { toFailure } from "./api.js";
import { readPicture } from "./source.js";

/** @typedef {import("./api.js").Reading} Reading */

/**
 * @typedef {object} Row of a page
 * @property {number} page from 1
 * @property {Reading} [reading] what was read
 * @property {import("./api.js").Failure} [problem] why it was not
 */

const MOST_TRIES = 3; // of a page for which the server has no time; a server that is gone is waited for

/** One for a document. */
export class Pages {
  /** @type {Row[]} in the order of the pages */
  rows;
  isRunning = false;
  isWaiting = false; // for a server that is busy or gone
  #blob;
  #getTold;
  #onChange;
  #stopper = new AbortController();

  /**
   * @param {Blob} blob the file
   * @param {number} count of its pages
   * @param {() => Object<string, string>} getTold what the user knows of the numbers
   * @param {(row?: Row) => void} onChange after a row has an answer, or without one after start, wait and stop
   */
  constructor(blob, count, getTold, onChange) {
    this.rows = Array.from({ length: count }, (_, index) => ({ page: index + 1 }));
    this.#blob = blob;
    this.#getTold = getTold;
    this.#onChange = onChange;
  }

  get count() { return this.rows.length; }
  get doneCount() { return this.rows.filter(isDone).length; }

  /**
   * Take the answer for a page.
   *
   * @param {number} page
   * @param {{reading: Reading} | {problem: Failure}} outcome
   */
  note(page, { reading, problem }) {
    const row = this.rows[page - 1];
    Object.assign(row, { reading, problem });
    this.#onChange(row);
  }

  /** Forget all answers and read all pages anew. */
  restart() {
    this.stop();
    for (const row of this.rows) Object.assign(row, { reading: undefined, problem: undefined });
    this.run();
  }

  /** Stop; what was read stays. */
  stop() {
    this.#stopper.abort();
    [this.isRunning, this.isWaiting] = [false, false];
    this.#onChange();
  }

  /** Read the pages that have no answer, until all have one or it is stopped. */
  async run() {
    this.#stopper = new AbortController();
    const { signal } = this.#stopper;
    this.isRunning = true;
    this.#onChange();
    for (let row = this.#next(); row && !signal.aborted; row = this.#next()) {
      const outcome = await this.#read(row.page, signal);
      if (!signal.aborted) this.note(row.page, outcome);
    }
    if (!signal.aborted) this.stop();
  }

  #next() { return this.rows.find((row) => !isDone(row)); }

  async #read(page, signal) {
    for (let tries = 1; ; tries += 1) {
      try {
        return { reading: await readPicture(this.#blob, { page, told: this.#getTold() }, signal) };
      } catch (error) {
        const problem = toFailure(error);
        const isPassing = problem.isUnanswered || (problem.isPassing && tries < MOST_TRIES);
        if (signal.aborted || !isPassing) return { problem };
        await this.#wait(problem.delayMs, signal);
      }
    }
  }

  async #wait(delayMs, signal) {
    this.isWaiting = true;
    this.#onChange();
    await new Promise((resolve) => {
      setTimeout(resolve, delayMs);
      signal.addEventListener("abort", resolve);
    });
    this.isWaiting = false;
  }
}

const isDone = ({ reading, problem }) => Boolean(reading ?? problem);
