// Asks classifier and line recognizer about all marks of a page, and joins their answers with the detector's.

import { combine, judgeDigit, judgeFrameScore, judgeHeard } from "../models/confidence.js";
import { toFrame } from "../models/frames.js";
import { askAboutLines } from "./line_opinions.js";
import { voteOnPrint } from "./print_votes.js";

/** @typedef {import("../detection/page.js").Mark} Mark */
/** @typedef {import("../detection/page.js").Page} Page */

/**
 * @typedef {object} Evidence what is known about the marks of a page
 * @property {Page} page
 * @property {Mark[]} marks in reading order
 * @property {Float32Array[]} probabilities of each mark those of the labels
 * @property {number[]} digitProbabilities of each mark, that it is a digit at all
 */

const FRAME_WEIGHTS = [1, 1, 0]; // of classifier, detector and line recognizer, for a picture that is a frame

/**
 * What the networks together say about the marks of a page.
 *
 * @param {Page} found from the detector
 * @param {{classifier: object, detector: object, lineRecognizer: object}} networks
 * @returns {Promise<Evidence>}
 */
export async function recognize(found, { classifier, detector, lineRecognizer }) {
  const { page, opinions } = await askAboutLines(found, lineRecognizer);
  const marks = voteOnPrint(page.marks);
  const frames = marks.map((mark) => (page.isFrame ? mark.crop : toFrame(mark.crop)));
  const classified = await classifier.predict(frames);
  const { info } = detector;
  const probabilities = marks.map((mark, at) => {
    const { labels, isAsked } = opinions[at];
    const weights = isAsked ? info.label_weights : info.lone_label_weights;
    return combine([classified[at], mark.labels, labels], page.isFrame ? FRAME_WEIGHTS : weights);
  });
  const digitProbabilities = marks.map((mark, at) => judge(mark, opinions[at], page, info));
  return { page, marks, probabilities, digitProbabilities };
}

/** The probability that a mark is a digit at all. */
function judge(mark, { odds, isAsked }, page, info) {
  if (mark.isHeard) return judgeHeard(odds);
  if (page.isFrame) return judgeFrameScore(mark.score);
  const { score, other, around, company } = mark;
  const weights = isAsked ? info.digit_weights : info.lone_digit_weights;
  return judgeDigit({ score, other, around, company, line: odds }, weights);
}
