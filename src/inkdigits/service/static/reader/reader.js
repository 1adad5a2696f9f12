// Reads digits from pictures in the browser: the stages in their order, with the networks that the package ships.

import { decide } from "./decision/outcomes.js";
import { makeReading } from "./decision/building.js";
import { choosePolicy } from "./decision/thresholds.js";
import { detectDigit, detectMarks } from "./detection/detector.js";
import { makeGray } from "./imageops/pictures.js";
import { Classifier } from "./models/classifier.js";
import { Detector } from "./models/detector.js";
import { LineRecognizer } from "./models/line_recognizer.js";
import { openRuntime } from "./models/session.js";
import { recognize } from "./recognition/recognizer.js";

/** @typedef {import("./spec.js").Gray} Gray */
/** @typedef {import("../js/api.js").Reading} Reading */

const WARM_UP = [180, 96]; // pixels, columns and rows of a picture that is read before the first one

/** Reads pictures; make one with `openReader`. */
export class Reader {
  #networks;
  #policy;

  constructor(networks) {
    this.#networks = networks;
    this.setMaxError(null);
  }

  /**
   * Answer from now on with another budget of wrong answers.
   *
   * @param {number | null} maxError largest share of wrong answers; null for the networks' own thresholds
   * @param {import("./decision/thresholds.js").Per} per what it counts in pictures
   */
  setMaxError(maxError, per = "line") {
    const { classifier, detector } = this.#networks;
    this.#policy = choosePolicy(classifier.info, detector.info, maxError, per);
  }

  /**
   * The digits of a picture that may hold any number of them, in lines.
   *
   * @param {Gray} gray
   * @returns {Promise<Reading>}
   */
  async read(gray) {
    return this.#conclude(await detectMarks(gray, this.#networks.detector));
  }

  /**
   * The digit of a picture known to hold exactly one.
   *
   * @param {Gray} gray
   * @returns {Promise<Reading>}
   */
  async readDigit(gray) {
    return this.#conclude(await detectDigit(gray, this.#networks.detector));
  }

  async #conclude(page) {
    const evidence = await recognize(page, this.#networks);
    const { classifier: { info }, detector } = this.#networks;
    return makeReading(evidence, decide(evidence, this.#policy, detector.info), `${info.name} ${info.version}`);
  }

  /** Run all networks once, so that the first answer does not wait until their code is compiled. */
  async warmUp() {
    const gray = makeGray(...WARM_UP, 255);
    for (let row = 24; row < 72; row += 1) gray.data.fill(0, row * gray.width + 88, row * gray.width + 94); // a 1
    await this.read(gray);
  }
}

/**
 * Load the runtime and the networks.
 *
 * @param {URL} runtime folder of onnxruntime-web
 * @param {URL} weights folder of the models' folders
 * @param {string} model name of the bundle that names digits
 */
export async function openReader(runtime, weights, model = "accurate") {
  await openRuntime(runtime);
  const folder = (name) => new URL(`${name}/`, weights);
  const [classifier, detector, lineRecognizer] = await Promise.all([
    Classifier.open(folder(model)), Detector.open(folder("detector")), LineRecognizer.open(folder("line_recognizer")),
  ]);
  return new Reader({ classifier, detector, lineRecognizer });
}
