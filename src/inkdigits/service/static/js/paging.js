// The document that the user gave, a PDF or TIFF of several pages: all are read, and each has its row.

import { Pages } from "./pages.js";
import { makeRows, renderProgress, renderRow, scrollToRow } from "./rows.js";
import { whatIsTold } from "./told.js";

/** @typedef {import("./state.js").State} State */

/** Keeps `state.pages` and its rows. */
export class Paging {
  #state;
  #onChoose;

  /**
   * @param {State} state
   * @param {(page: number) => void} onChoose
   */
  constructor(state, onChoose) {
    this.#state = state;
    this.#onChoose = onChoose;
  }

  /**
   * Keep what came for the page that is shown. With the first answer that tells of several pages, the others are read.
   *
   * @param {number} page
   * @param {{reading: object} | {problem: object}} outcome
   * @param {number} [count] of the file's pages
   */
  note(page, outcome, count = 1) {
    const state = this.#state;
    const isNew = !state.pages && count > 1;
    if (isNew) {
      const pages = new Pages(state.picture.blob, count, whatIsTold, (row) => {
        if (pages === state.pages) this.#show(row);
      });
      state.pages = pages;
      makeRows(state, this.#onChoose);
    }
    state.pages?.note(page, outcome);
    if (isNew) state.pages.run();
  }

  #show(row) {
    if (row) renderRow(this.#state, row);
    renderProgress(this.#state);
  }

  /** Another file was given. */
  close() {
    const { pages } = this.#state;
    this.#state.pages = null;
    pages?.stop();
  }

  /** Stop reading, or go on. */
  toggle() {
    const { pages } = this.#state;
    if (pages.isRunning) pages.stop();
    else pages.run();
  }

  /**
   * Mark the row of the page that is shown now.
   *
   * @param {number} before the page that was shown
   */
  turn(before) {
    const { pages, picture } = this.#state;
    for (const page of [before, picture.page]) renderRow(this.#state, pages.rows[page - 1]);
    scrollToRow(this.#state);
  }

  /** Show the row of the page that is shown, and how far the reading is. */
  render() {
    const { pages, picture } = this.#state;
    this.#show(pages?.rows[picture.page - 1]);
  }

  /** Show all rows anew. */
  renderAll() {
    for (const row of this.#state.pages?.rows ?? []) renderRow(this.#state, row);
  }
}
