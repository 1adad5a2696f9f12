// Turns the ink of one digit into a frame of 28 x 28 pixels, made as MNIST's frames were made.

import { FRAME_CENTER, FRAME_SIDE, INK_SIDE } from "../spec.js";
import { clip, largest, round } from "../imageops/numbers.js";
import { boundingBox, cut, makeGray, pad } from "../imageops/pictures.js";
import { resizeArea, resizeCubic } from "../imageops/resize.js";
import { fitStroke } from "../imageops/stroke_width.js";

/** @typedef {import("../spec.js").Gray} Gray */

const WORK_SIDE = 4 * INK_SIDE;
const [THIN, THICK] = [0.095, 0.24]; // of the digit's long side
const BLUR = 31; // level up to which ink is the blur of scaling

/**
 * The frame of one digit.
 *
 * @param {Gray} crop with some ink
 */
export function toFrame(crop) {
  const [left, top, width, height] = boundingBox(crop);
  let digit = cut(crop, left, top, left + width, top + height);
  if (Math.max(width, height) !== INK_SIDE) {
    digit = shrink(fitStroke(enlarge(digit), THIN * WORK_SIDE, THICK * WORK_SIDE));
  }
  return centerByMass(paste(digit, Math.floor((FRAME_SIDE - digit.width) / 2),
    Math.floor((FRAME_SIDE - digit.height) / 2)));
}

function paste({ data, width, height }, left, top) {
  const frame = makeGray(FRAME_SIDE, FRAME_SIDE);
  for (let row = 0; row < height; row += 1) {
    frame.data.set(data.subarray(row * width, (row + 1) * width), (top + row) * FRAME_SIDE + left);
  }
  return frame;
}

/** Move a digit by whole pixels until its center of mass lies on pixel (14, 14). */
function centerByMass(frame) {
  let [mass, across, down] = [0, 0, 0];
  frame.data.forEach((level, at) => {
    mass += level;
    across += level * (at % FRAME_SIDE);
    down += level * Math.floor(at / FRAME_SIDE);
  });
  const [x, y, width, height] = boundingBox(frame);
  const left = clip(x + round(FRAME_CENTER - across / mass), 0, FRAME_SIDE - width);
  const top = clip(y + round(FRAME_CENTER - down / mass), 0, FRAME_SIDE - height);
  return paste(cut(frame, x, y, x + width, y + height), left, top);
}

/** Scale to the working size, with paper around so that strokes have room to grow. */
function enlarge(digit) {
  const scale = WORK_SIDE / Math.max(digit.width, digit.height);
  const size = [digit.width, digit.height].map((side) => Math.max(1, round(side * scale)));
  const large = (scale < 1 ? resizeArea : resizeCubic)(digit, ...size);
  return pad(large, Array(4).fill(INK_SIDE / 2), 0);
}

/** Scale the ink to 20 pixels on its long side, each pixel the mean of what it covers. */
function shrink(large) {
  const faintest = Math.min(BLUR, Math.floor(largest(large.data) / 2));
  const [left, top, width, height] = boundingBox(large, faintest);
  const scale = INK_SIDE / Math.max(width, height);
  const size = [width, height].map((side) => Math.max(1, round(side * scale)));
  return resizeArea(cut(large, left, top, left + width, top + height), ...size);
}
