// The network that reads a whole line at once: a strip to logarithms of probabilities at each step.

import { CLASS_COUNT, LEAST_PROBABILITY, STRIP_HEIGHT } from "../spec.js";
import { openModel } from "./session.js";

/** @typedef {import("./strips.js").Strip} Strip */

const FORMAT = 1;
const CLASSES = 1 + CLASS_COUNT; // blank first

/** The line recognizer's network and what its folder says of it. */
export class LineRecognizer {
  #network;

  constructor({ info, network }) {
    this.info = info;
    this.#network = network;
  }

  /** @param {URL} folder */
  static async open(folder) {
    return new LineRecognizer(await openModel(folder, FORMAT));
  }

  /**
   * What stands at each step of a strip.
   *
   * @param {Strip} strip
   * @returns {Promise<Float64Array[]>} of each step the logarithms of the probabilities of blank and the ten labels
   */
  async findSteps({ picture: { data, width } }) {
    const { data: answer } = await this.#network.run(data, [1, STRIP_HEIGHT, width, 1]);
    const logs = Float64Array.from(answer, (share) => Math.log(Math.max(share, LEAST_PROBABILITY)));
    const count = logs.length / CLASSES;
    return Array.from({ length: count }, (_, step) => logs.subarray(step * CLASSES, (step + 1) * CLASSES));
  }
}
