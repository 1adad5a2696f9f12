// The detector: gray pixels to the digits and signs that stand there, with boxes.

import { CLASS_COUNT, DETECTOR_CHANNELS, DETECTOR_SIDE, FRAME_SIDE } from "../spec.js";
import { ceilDivide, round } from "../imageops/numbers.js";
import { invert, pad } from "../imageops/pictures.js";
import { resizeArea, resizeCubic, resizeLinear } from "../imageops/resize.js";
import { findOtherInk, findPeaks } from "./peaks.js";
import { openModel } from "./session.js";

/** @typedef {import("../spec.js").Gray} Gray */

const FORMAT = 3;
const LEAST_SCORE = 0.25;
const FRAME_SCALE = 2;
const LEAST_SIDE = 4 * DETECTOR_SIDE; // pixels

/** The detector's network and what its folder says of it. */
export class Detector {
  #network;

  constructor({ info, network }) {
    this.info = info;
    this.#network = network;
  }

  /** @param {URL} folder */
  static async open(folder) {
    return new Detector(await openModel(folder, FORMAT));
  }

  /**
   * The marks of a picture, surest first, and the boxes of ink that is no digit and no sign.
   *
   * @param {Gray} gray
   */
  async see(gray) {
    const { picture, left, top } = fitToDetector(gray);
    const places = await this.#findPlaces(picture);
    return { marks: findPeaks(places, LEAST_SCORE, [-left, -top]), other: findOtherInk(places, [-left, -top]) };
  }

  /**
   * The probability of each digit in a frame, wherever in the frame its middle is.
   *
   * @param {Gray} frame 0 for paper to 255 for ink
   */
  async judgeFrame(frame) {
    const side = FRAME_SCALE * FRAME_SIDE;
    const rim = (LEAST_SIDE - side) / 2;
    const { data } = await this.#findPlaces(pad(resizeCubic(invert(frame), side, side), Array(4).fill(rim)));
    const heat = new Float32Array(CLASS_COUNT);
    for (let at = 0; at < data.length; at += DETECTOR_CHANNELS) {
      for (let label = 0; label < CLASS_COUNT; label += 1) heat[label] = Math.max(heat[label], data[at + label]);
    }
    return heat;
  }

  async #findPlaces({ data, width, height }) {
    const { data: answer, dims } = await this.#network.run(data, [1, height, width, 1]);
    return { data: answer, height: dims[1], width: dims[2], channels: dims[3] };
  }
}

/**
 * A copy of a picture as the detector looks at it; at scale 1 the picture itself.
 *
 * @param {Gray} gray
 * @param {number} scale
 */
export function scalePicture(gray, scale) {
  if (scale === 1) return gray;
  const size = [gray.width, gray.height].map((side) => Math.max(1, round(side * scale)));
  return (scale < 1 ? resizeArea : resizeLinear)(gray, ...size);
}

/** Continue a picture's edges until its sides are such as the network takes. */
function fitToDetector(gray) {
  const [columns, rows] = [gray.width, gray.height].map((side) => (
    Math.max(LEAST_SIDE, ceilDivide(side, DETECTOR_SIDE) * DETECTOR_SIDE)));
  const [left, top] = [Math.floor((columns - gray.width) / 2), Math.floor((rows - gray.height) / 2)];
  const sides = [top, rows - gray.height - top, left, columns - gray.width - left];
  return { picture: pad(gray, sides), left, top };
}
