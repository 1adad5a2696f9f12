// Finds the marks of a gray picture with the detector's network, and makes a page of them.

import { CLASS_COUNT, FRAME_SIDE, MARK_LABELS } from "../spec.js";
import { findTouching } from "../imageops/box_index.js";
import { largest, round, sortedBy, sum } from "../imageops/numbers.js";
import { boundingBox, invert, rimOf } from "../imageops/pictures.js";
import { median } from "../imageops/quantiles.js";
import { cutInk, findReach } from "./ink_crops.js";
import { cutStrips } from "./line_strips.js";
import { findMarks, trust } from "./looks.js";
import { makeMark } from "./page.js";
import { orderMarks } from "./reading_order.js";
import { joinSigns, tellBars } from "./signs.js";
import { findTilt, turnLevel } from "./tilt.js";

/** @typedef {import("../spec.js").Gray} Gray */
/** @typedef {import("../spec.js").Corners} Corners */
/** @typedef {import("../models/detector.js").Detector} Detector */
/** @typedef {import("./page.js").Mark} Mark */
/** @typedef {import("./page.js").Page} Page */

const MOST_MARKS = 5000; // of a picture
const LEAST_TILT = 8; // degrees
const LEAST_TELLING = 3; // digits
const OTHER = 0.85;
const OFTEN_OTHER = "+%$€£¥₹";
const LEAST_SIGN = 0.62; // score below which one of these is a star or a letter
const LEAST_PLUS = 0.58;
const BARS = "-=:";
const LEAST_BAR = 0.42; // the same of these
const LEAST_SHARE = 1e-3;

const isDigit = (mark) => mark.label < CLASS_COUNT;

/**
 * The marks of a picture that may hold any number of digits; a frame, like MNIST's, holds one.
 *
 * @param {Gray} gray the picture as decoded
 * @param {Detector} network
 * @returns {Promise<Page>}
 */
export async function detectMarks(gray, network) {
  if (isFrame(gray)) return detectFrame(gray, network);
  let { marks: found } = await findMarks(gray, network);
  let [level, turn] = [gray, null];
  const tilt = tiltOf(found);
  if (tilt) {
    const turned = turnLevel(gray, tilt);
    const { marks: again } = await findMarks(turned.level, network);
    if (countDigits(again) > countDigits(found)) [found, level, turn] = [again, turned.level, turned.turn];
  }
  const leftOut = Math.max(0, found.length - MOST_MARKS);
  const marks = orderMarks(level, cutMarks(level, joinSigns(found.slice(0, MOST_MARKS))));
  return { ...makePage(gray, marks), turn, leftOut, strips: cutStrips(level, marks) };
}

/**
 * The one mark of a picture known to hold exactly one digit; a page without marks when nothing is written.
 *
 * @param {Gray} gray
 * @param {Detector} network
 * @returns {Promise<Page>}
 */
export async function detectDigit(gray, network) {
  if (isFrame(gray)) return detectFrame(gray, network);
  const { marks: found, looks } = await findMarks(gray, network);
  const digits = sortedBy(found.filter(isDigit), (mark) => -trust(mark));
  let marks = cutMarks(gray, digits);
  if (!marks.length) marks = makeOtherMarks(gray, looks);
  if (!marks.length) marks = cutMarks(gray, found);
  return makePage(gray, sortedBy(marks, (mark) => -mark.score).slice(0, 1).map((mark) => ({ ...mark, line: 0 })));
}

const isFrame = ({ width, height }) => width === FRAME_SIDE && height === FRAME_SIDE;

/** @returns {Page} */
const makePage = (gray, marks) => (
  { width: gray.width, height: gray.height, marks, turn: null, isFrame: isFrame(gray), leftOut: 0, strips: [] });

/** The page of a picture that has the size of a frame: its rim says which is paper, and all its ink is one mark. */
async function detectFrame(gray, network) {
  if (gray.data.every((level) => level === gray.data[0])) return makePage(gray, []);
  const paper = median(rimOf(gray));
  const frame = paper <= 255 - paper ? gray : invert(gray);
  const [left, top, width, height] = boundingBox(frame);
  const heat = await network.judgeFrame(frame);
  const box = [left, top, left + width, top + height];
  return makePage(gray, [makeMark({ box, line: 0, crop: frame, score: largest(heat), labels: toShares(heat) })]);
}

/** By how much the lines of a picture are tilted, in degrees; 0 where that harms no digit. */
function tiltOf(found) {
  const digits = found.filter(isDigit);
  const tilt = digits.length >= LEAST_TELLING ? findTilt(digits) : 0;
  return Math.abs(tilt) >= LEAST_TILT ? tilt : 0;
}

const countDigits = (found) => sum(found.filter(isDigit).map(trust));

/** The marks with their ink; those without any ink that stands out from the paper are left out. */
function cutMarks(gray, found) {
  const corners = found.map(findCorners);
  const reaches = corners.map(findReach);
  return found.flatMap((mark, place) => {
    const box = toBox(corners[place], gray);
    if (!box) return [];
    const near = findTouching(reaches, reaches[place]).filter((other) => other !== place);
    const others = near.map((other) => corners[other]);
    const [left, top, right] = corners[place];
    let crop = cutInk(gray, corners[place], others);
    const isColon = MARK_LABELS[mark.label] === ":"; // its middle is paper
    if (!crop && isColon) crop = cutInk(gray, [left, top, right, mark.y], others);
    return crop && !isOtherInk(mark) ? [tellBars(cutMark(mark, box, crop))] : [];
  });
}

/** Whether a mark that looks like a sign is a word, a scrawl or a star. */
function isOtherInk(mark) {
  if (isDigit(mark)) return false;
  const sign = MARK_LABELS[mark.label];
  if (OFTEN_OTHER.includes(sign)) return mark.score < (sign === "+" ? LEAST_PLUS : LEAST_SIGN);
  return mark.other >= OTHER || (BARS.includes(sign) && mark.score < LEAST_BAR);
}

/** @returns {Mark} */
function cutMark(mark, box, crop) {
  const sign = isDigit(mark) ? null : MARK_LABELS[mark.label];
  const best = largest(mark.probabilities);
  return makeMark({
    box, crop, score: trust(mark), labels: toShares(mark.probabilities), sign, reason: sign === null ? null : "sign",
    printed: mark.printed, other: mark.other, around: mark.around,
    signs: Array.from(mark.signs, (share) => share / Math.max(share + best, LEAST_SHARE)),
    signShare: largest(mark.signs) / Math.max(sum(mark.signs) + sum(mark.probabilities), LEAST_SHARE),
  });
}

/** The ink that is no digit and no sign, the largest first, of the first look that saw some. */
function makeOtherMarks(gray, looks) {
  const boxes = looks.find((look) => look.other.length)?.other ?? [];
  const labels = toShares(new Float32Array(CLASS_COUNT));
  return sortedBy(boxes, (box) => -(box[2] - box[0]) * (box[3] - box[1])).flatMap((corners) => {
    const [box, crop] = [toBox(corners, gray), cutInk(gray, corners)];
    return box && crop ? [makeMark({ box, crop, labels, reason: "unlike a digit" })] : [];
  });
}

/** @returns {Corners} */
function findCorners({ x, y, width, height }) {
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

/** Whole pixels of the picture; null for a box outside it. */
function toBox(corners, { width, height }) {
  const [left, top] = [Math.max(0, round(corners[0])), Math.max(0, round(corners[1]))];
  const [right, bottom] = [Math.min(width, round(corners[2])), Math.min(height, round(corners[3]))];
  return left < right && top < bottom ? [left, top, right, bottom] : null;
}

/** What a detector's heats say of the label, if it is a digit: shares that sum to 1. */
function toShares(heat) {
  const held = Array.from(heat, (share) => Math.max(share, LEAST_SHARE));
  const total = sum(held);
  return held.map((share) => share / total);
}
