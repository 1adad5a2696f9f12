// Tells by how much the lines of a picture are tilted, from the boxes of its digits, and turns the picture level.

import { round } from "../imageops/numbers.js";
import { rimOf } from "../imageops/pictures.js";
import { median } from "../imageops/quantiles.js";
import { invertMatrix, turnAround, warp } from "../imageops/warp.js";
import { findSlope } from "./text_lines.js";

/** @typedef {import("../spec.js").Gray} Gray */
/** @typedef {import("../models/peaks.js").DetectedMark} DetectedMark */

/**
 * The tilt of the lines that digits form, in degrees, above 0 down to the right.
 *
 * @param {DetectedMark[]} marks digits of a picture
 */
export function findTilt(marks) {
  const boxes = marks.map(({ x, y, width, height }) => [x - width / 2, y - height / 2, x + width / 2, y + height / 2]);
  return Math.atan(findSlope(boxes)) * 180 / Math.PI;
}

/**
 * The picture turned by so much that its lines are level, on as much of its rim's paper as that needs.
 *
 * @param {Gray} gray
 * @param {number} degrees
 * @returns {{level: Gray, turn: import("./page.js").Turn}}
 */
export function turnLevel(gray, degrees) {
  const { width, height } = gray;
  const matrix = turnAround([width / 2, height / 2], degrees);
  const angle = degrees * Math.PI / 180;
  const [cosine, sine] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  const size = [Math.ceil(width * cosine + height * sine), Math.ceil(width * sine + height * cosine)];
  matrix[0][2] += (size[0] - width) / 2;
  matrix[1][2] += (size[1] - height) / 2;
  const back = invertMatrix(matrix);
  const paper = round(median(rimOf(gray, { countsCorners: true })));
  return { level: warp(gray, back, ...size, paper), turn: { back, width, height } };
}
