// The whole page: its parts, and what the user can do with them.

import { annotate } from "./annotated.js";
import { Failure } from "./api.js";
import { Asker } from "./asker.js";
import { renderCollection } from "./collection.js";
import { cropDigit } from "./crops.js";
import { renderDigit } from "./digit.js";
import { $, announce, save } from "./dom.js";
import { clamp } from "./geometry.js";
import { placeMarks, renderMarks } from "./marks.js";
import { fitNumber, focusDigit, numberText, renderNumber } from "./number.js";
import { Pad } from "./pad.js";
import { renderOthers, renderProblem, renderStatus } from "./result.js";
import { IS_LOCAL, readPicture } from "./source.js";
import { State } from "./state.js";
import { toPng } from "./strokes.js";
import { whatIsTold } from "./told.js";
import { Viewer } from "./viewer.js";
import { renderWhy, scrollToWhy } from "./why.js";
import { say } from "./words.js";

const RETRY_S = 3; // when the server does not say how long to wait
const LONGEST_RETRY_S = 30;

/** What buttons, keys and files act on. */
export class Page {
  #state = new State();
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
    const { isDrawing, picture } = this.#state;
    const blob = isDrawing ? await toPng(this.pad.toCanvas()) : picture?.blob;
    return { blob, explain: this.#state.isWhyOpen, annotated: this.#state.showsCopy, told: whatIsTold() };
  }

  #take(reading, { explain, annotated }) {
    if (explain) reading.explain ??= { stages: [], faults: [] }; // a server that tells none
    this.#state.take(reading);
    if (annotated && reading.annotated) this.#showCopy(reading.annotated);
    this.render();
  }

  async #showCopy(png) {
    await this.viewer.load(`data:image/png;base64,${png}`, say("cannotShow"));
    this.viewer.fit();
  }

  #fail(error) {
    if (error.name === "AbortError") return;
    const problem = error instanceof Failure ? error : new Failure(-1, String(error.message));
    if (problem.isPassing) this.#asker.askSoon(1000 * clamp(problem.retryAfter || RETRY_S, 1, LONGEST_RETRY_S));
    else this.#state.forget();
    this.#state.problem = problem;
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
    const { isDrawing, picture, problem } = this.#state;
    const hasPicture = Boolean(picture) && !(picture.isUnshowable && problem && !problem.isPassing);
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
    this.#pictureCount += 1;
    const url = URL.createObjectURL(blob);
    const picture = { id: this.#pictureCount, blob, url, image: this.viewer.image, isUnshowable: false };
    state.picture = picture;
    state.forget();
    const loading = this.viewer.load(url, files.length > 1 ? say("tooMany", { count: files.length }) : blob.name);
    this.#setMode("picture");
    picture.isUnshowable = !(await loading);
    this.viewer.fit();
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
    const { annotated } = await readPicture(this.#state.picture.blob, { annotated: true, told: whatIsTold() });
    const bytes = Uint8Array.from(atob(annotated), (character) => character.charCodeAt(0));
    return new Blob([bytes], { type: "image/png" });
  }

  /** Ask again after the user told something else of the number. */
  tell() {
    const state = this.#state;
    if (state.isDrawing ? state.drawing.hasInk : state.picture) this.#asker.askSoon();
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

  /** Show everything that depends on the answer. */
  render() {
    const state = this.#state;
    const { reading } = state;
    const select = (index) => this.select(index);
    renderNumber(state, select);
    renderStatus(state);
    renderProblem(state.problem);
    renderOthers(reading);
    renderDigit(state, (label) => this.correct(label));
    renderMarks(state, select);
    this.#placeMarks();
    renderWhy(state);
    renderCollection(state.samples, (ink) => {
      state.samples.remove(ink);
      this.render();
    });
    $("model").textContent = reading ? say("model", { name: reading.model }) : "";
  }

  #placeMarks() {
    placeMarks(this.#state, this.isDrawing ? this.pad.scale : this.viewer.scale);
  }
}
