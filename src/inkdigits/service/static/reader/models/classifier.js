// The network that names single digits: frames to the probabilities of the labels.

import { CLASS_COUNT, FRAME_SIDE } from "../spec.js";
import { openModel } from "./session.js";

/** @typedef {import("../spec.js").Gray} Gray */

const FORMAT = 2;
const BATCH_SIZE = 256; // frames for each run
const FRAME_LENGTH = FRAME_SIDE * FRAME_SIDE;

/** A bundle's network and what its folder says of it. */
export class Classifier {
  #network;

  constructor({ info, network }) {
    this.info = info;
    this.#network = network;
  }

  /** @param {URL} folder */
  static async open(folder) {
    return new Classifier(await openModel(folder, FORMAT));
  }

  /**
   * The probability of each label for each frame.
   *
   * @param {Gray[]} frames
   * @returns {Promise<Float32Array[]>}
   */
  async predict(frames) {
    const answers = [];
    for (let start = 0; start < frames.length; start += BATCH_SIZE) {
      const some = frames.slice(start, start + BATCH_SIZE);
      const levels = new Uint8Array(some.length * FRAME_LENGTH);
      some.forEach((frame, at) => levels.set(frame.data, at * FRAME_LENGTH));
      const { data } = await this.#network.run(levels, [some.length, FRAME_SIDE, FRAME_SIDE, 1]);
      some.forEach((_, at) => answers.push(data.slice(at * CLASS_COUNT, (at + 1) * CLASS_COUNT)));
    }
    return answers;
  }
}
