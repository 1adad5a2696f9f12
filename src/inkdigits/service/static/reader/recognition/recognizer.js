// Asks classifier and line recognizer about all marks of a page, and joins their answers with the detector's.

import { combine, judgeDigit, judgeFrameScore, judgeHeard } from "../models/confidence.js";
import { toFrame } from "../models/frames.js";
import { findAnswered, judgeAnswered } from "./answered.js";
import { askAboutLines } from "./line_opinions.js";
import { voteOnPrint } from "./print_votes.js";

/** @typedef {import("../detection/page.js").Mark} Mark */
/** @typedef {import("../detection/page.js").Page} Page */
/** @typedef {import("../models/line_evidence.js").HeardLine} HeardLine */
/** @typedef {import("./answered.js").Answered} Answered */
/** @typedef {import("./line_opinions.js").Opinion} Opinion */

/**
 * @typedef {object} Answers what each network says of the marks of a page
 * @property {Page} page with marks for the digits that only the line recognizer found
 * @property {Float32Array[]} classified of each mark the classifier's probabilities of the labels
 * @property {Opinion[]} opinions of each mark the line recognizer's
 * @property {(HeardLine | null)[]} heard what it says of each whole line; null where it says nothing
 */

/**
 * @typedef {object} Evidence what is known about the marks of a page
 * @property {Page} page
 * @property {Mark[]} marks in reading order
 * @property {Float32Array[]} probabilities of each mark those of the labels
 * @property {number[]} digitProbabilities of each mark, that it is a digit at all
 * @property {Answered[]} answered how surely each mark is right as a digit
 */

const FRAME_WEIGHTS = [1, 1, 0]; // of classifier, detector and line recognizer, for a picture that is a frame

/**
 * What the networks together say about the marks of a page.
 *
 * @param {Page} found from the detector
 * @param {{classifier: object, detector: object, lineRecognizer: object}} networks
 * @returns {Promise<Evidence>}
 */
export async function recognize(found, networks) {
  const { info } = networks.detector;
  const answers = await ask(found, networks);
  const evidence = join(answers, info);
  return { ...evidence, answered: judgeAnswered(findAnswered(answers, evidence, info.reject_below), info) };
}

/** @returns {Promise<Answers>} */
async function ask(found, { classifier, lineRecognizer }) {
  const { page, opinions, heard } = await askAboutLines(found, lineRecognizer);
  const frames = page.marks.map((mark) => (page.isFrame ? mark.crop : toFrame(mark.crop)));
  return { page, classified: await classifier.predict(frames), opinions, heard };
}

/** What the networks together say, but not how surely it is right. */
function join({ page, classified, opinions }, info) {
  const marks = voteOnPrint(page.marks);
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
  if (page.isFrame) return judgeFrameScore(mark.score, info.frame_weights);
  const { score, other, around, company } = mark;
  const weights = isAsked ? info.digit_weights : info.lone_digit_weights;
  return judgeDigit({ score, other, around, company, line: odds }, weights);
}
