// The whole page: its parts, and what the user can do with them.

import { annotate } from "./annotated.js";
import { toFailure } from "./api.js";
import { Asker } from "./asker.js";
import { renderBands } from "./bands.js";
import { renderCollection } from "./collection.js";
import { cropDigit } from "./crops.js";
import { renderDigit } from "./digit.js";
import { $, announce, save } from "./dom.js";
import { isDocument, pngOf } from "./files.js";
import { clamp } from "./geometry.js";
import { placeMarks, renderMarks } from "./marks.js";
import { fitNumber, focusDigit, numberText, renderNumber } from "./number.js";
import { Pad } from "./pad.js";
import { Paging } from "./paging.js";
import { renderOthers, renderProblem, renderStatus } from "./result.js";
import { IS_LOCAL, readPicture } from "./source.js";
import { State } from "./state.js";
import { toPng } from "./strokes.js";
import { whatIsTold } from "./told.js";
import { Viewer } from "./viewer.js";
import { renderWhy, scrollToWhy } from "./why.js";
import { say } from "./words.js";

/** What buttons, keys and files act on. */
export class Page {
  #state = new State();
  paging = new Paging(this.#state, (page) => this.showPage(page));
  #pictureCount = 0;
  #asker = new Asker({
    getPicture: () => this.#getPicture(),
    onReading: (reading, wanted) => this.#take(reading, wanted),
    onFailure: (error) => this.#fail(error),
  });

  constructor() {
    this.pad = new Pad(this.#state.drawing, {
      onChange: () => this.#readDrawing(),
      onLayout: (isCutAnew) => {
        if (isCutAnew) this.#asker.askSoon();
        this.#placeMarks();
      },
    });
    this.viewer = new Viewer(() => this.#placeMarks());
    new ResizeObserver(() => { if (this.#state.picture) this.viewer.fit(); }).observe(this.viewer.place);
    new ResizeObserver(() => fitNumber()).observe($("answer"));
  }

  get isDrawing() { return this.#state.isDrawing; }

  // ------------------------------------------------------------------------------------------------- the answer

  /** Ask for what is shown now. */
  ask() {
    return this.#asker.ask();
  }

  async #getPicture() {
    const { isDrawing, picture, isWhyOpen: explain, needsCopy: original } = this.#state;
    const told = whatIsTold();
    if (isDrawing) return { blob: await toPng(this.pad.toCanvas()), explain, told };
    return { blob: picture?.blob, explain, original, page: picture?.page, told };
  }

  async #take({ original, ...reading }, { explain, page }) {
    if (explain) reading.explain ??= { stages: [], faults: [] }; // a server that tells none
    const { picture } = this.#state;
    if (original) await this.#showCopy(original, picture);
    if (original && (picture !== this.#state.picture || page !== picture.page)) return; // another one was chosen
    this.#state.take(reading);
    if (page) this.paging.note(page, { reading }, reading.pages);
    this.render();
  }

  async #showCopy(base64, picture) {
    URL.revokeObjectURL(picture.url);
    picture.url = URL.createObjectURL(pngOf(base64));
    picture.copied = picture.page;
    await this.viewer.load(picture.url, picture.name);
    this.viewer.fit();
  }

  #fail(error) {
    if (error.name === "AbortError") return;
    const [problem, { picture }] = [toFailure(error), this.#state];
    if (problem.isPassing) this.#asker.askSoon(problem.delayMs);
    else this.#state.forget();
    this.#state.problem = problem;
    if (!this.isDrawing && !problem.isPassing) this.paging.note(picture.page, { problem }, problem.pages);
    this.#showPlaces();
    this.render();
  }

  /** The digit that is written last is selected when the answer comes. */
  #readDrawing() {
    Object.assign(this.#state, { selected: null, isChosen: false });
    if (this.#state.drawing.hasInk) {
      this.#asker.askSoon();
    } else {
      this.#asker.cancel();
      this.#state.forget();
      this.render();
    }
  }

  // ------------------------------------------------------------------------------------------ drawing or picture

  /** @param {"draw" | "picture"} mode */
  switchMode(mode) {
    const state = this.#state;
    if (mode === state.mode) return;
    this.#setMode(mode);
    if (state.isDrawing ? state.drawing.hasInk : state.picture) this.ask();
    if (!state.isDrawing && state.picture) this.viewer.fit();
  }

  #setMode(mode) {
    if (mode !== this.#state.mode) this.#state.forget();
    this.#state.mode = mode;
    this.#asker.cancel();
    this.#showPlaces();
    if (this.#state.isDrawing) this.pad.layOut();
    this.render();
  }

  /** Show the sheet, the picture, or where one is chosen; there, too, when the last one was none. */
  #showPlaces() {
    const { isDrawing, picture, pages, problem } = this.#state;
    const isNone = picture?.isUnshowable && !pages && problem && !problem.isPassing;
    const hasPicture = Boolean(picture) && !isNone;
    for (const id of ["surface", "draw-tools"]) $(id).hidden = !isDrawing;
    for (const id of ["viewer", "picture-tools"]) $(id).hidden = isDrawing || !hasPicture;
    $("chooser").hidden = isDrawing || hasPicture;
    $("mode-draw").setAttribute("aria-pressed", String(isDrawing));
    $("mode-picture").setAttribute("aria-pressed", String(!isDrawing));
  }

  /**
   * Show the first of the files and read it.
   *
   * @param {File[]} files
   */
  async showPicture(files) {
    const [blob] = files;
    if (!blob) return;
    const state = this.#state;
    if (state.picture) URL.revokeObjectURL(state.picture.url);
    this.paging.close();
    this.#pictureCount += 1;
    const url = URL.createObjectURL(blob);
    const name = files.length > 1 ? say("tooMany", { count: files.length }) : blob.name;
    const { image } = this.viewer;
    const picture = { id: this.#pictureCount, blob, name, url, image, page: 1, isUnshowable: false };
    state.picture = picture;
    state.forget();
    const loading = this.viewer.load(url, name);
    this.#setMode("picture");
    const isShown = await loading;
    if (picture !== state.picture) return; // another one was given
    picture.isUnshowable = !isShown || (!IS_LOCAL && isDocument(blob)); // a browser may show one page of several
    this.viewer.fit();
    this.ask();
  }

  /**
   * Show a page of the document, and what was read of it.
   *
   * @param {number} page
   */
  showPage(page) {
    const state = this.#state;
    const before = state.picture.page;
    if (page === before && !state.problem) return;
    Object.assign(state.picture, { page, copied: undefined });
    state.forget();
    this.viewer.clear();
    this.#showPlaces();
    this.paging.turn(before);
    this.render();
    this.ask();
  }

  /** Let the user save the picture with a box around each digit. */
  async saveAnnotated() {
    try {
      save(await (IS_LOCAL ? annotate(this.#state) : this.#askForCopy()), "inkdigits-annotated.png");
    } catch (error) {
      this.#fail(error);
    }
  }

  async #askForCopy() {
    const { blob, page } = this.#state.picture;
    return pngOf((await readPicture(blob, { annotated: true, page, told: whatIsTold() })).annotated);
  }

  /** Ask again after the user told something else of the number. */
  tell() {
    const state = this.#state;
    if (state.isDrawing ? state.drawing.hasInk : state.picture) this.#asker.askSoon();
    if (!state.isDrawing) state.pages?.restart();
  }

  // -------------------------------------------------------------------------------------------- the chosen digit

  /** @param {number} index of a mark in the reading */
  select(index) {
    Object.assign(this.#state, { selected: index, isChosen: true });
    this.render();
  }

  /**
   * Choose and focus the digit that an arrow key, Home or End of the number leads to.
   *
   * @param {string} key
   * @returns {boolean} whether it is such a key
   */
  walk(key) {
    const { reading, selected } = this.#state;
    const last = (reading?.digits.length ?? 0) - 1;
    const next = { ArrowLeft: selected - 1, ArrowRight: selected + 1, Home: 0, End: last }[key];
    if (next === undefined || last < 0) return false;
    this.select(clamp(next, 0, last));
    focusDigit();
    return true;
  }

  /** @param {number} label that is right for the chosen digit */
  async correct(label) {
    const { digit, samples } = this.#state;
    if (!digit) return;
    await samples.add(this.#state.inkOf(digit), digit, label, cropDigit(this.#state, digit));
    this.render();
    announce(say("correctedSpoken", { label, count: samples.size }));
  }

  /** Take the correction of the chosen digit back. */
  takeBack() {
    const { digit, samples } = this.#state;
    if (!digit || !samples.remove(this.#state.inkOf(digit))) return;
    this.render();
    announce(say("takenBack"));
  }

  /** Let the user save the corrections. */
  download() {
    save(this.#state.samples.toZip(), "inkdigits-corrected.zip");
  }

  async copyNumber() {
    await navigator.clipboard.writeText(numberText(this.#state));
    $("status").textContent = say("copied");
    announce(say("copied"));
  }

  /** Open or close the stages of the answer. */
  toggleWhy() {
    const state = this.#state;
    state.isWhyOpen = !state.isWhyOpen;
    if (state.isWhyOpen && state.reading && !state.reading.explain) this.ask();
    this.render();
    if (state.isWhyOpen) scrollToWhy();
  }

  // --------------------------------------------------------------------------------------------------- rendering

  /** Show everything anew, all rows of pages included: in another language, or without a correction. */
  showWords() {
    this.paging.renderAll();
    this.render();
  }

  /** Show everything that depends on the answer. */
  render() {
    const state = this.#state;
    const { reading } = state;
    const select = (index) => this.select(index);
    renderNumber(state, select);
    renderStatus(state);
    renderBands(state);
    renderProblem(state.problem);
    renderOthers(reading);
    renderDigit(state, (label) => this.correct(label));
    renderMarks(state, select);
    this.#placeMarks();
    renderWhy(state);
    renderCollection(state.samples, (ink) => {
      state.samples.remove(ink);
      this.showWords();
    });
    this.paging.render();
    $("model").textContent = reading ? say("model", { name: reading.model }) : "";
  }

  #placeMarks() { placeMarks(this.#state, this.isDrawing ? this.pad.scale : this.viewer.scale); }
}
