// Builds the reading from judged digits: lines, signs, and boxes in the decoded picture, as the service gives them.

import { placeBox } from "../detection/page.js";
import { findBand } from "./bands.js";
import { findLineConfidence } from "./line_doubt.js";
import { makeLine } from "./strings.js";

/** @typedef {import("../recognition/recognizer.js").Evidence} Evidence */
/** @typedef {import("../../js/api.js").Digit} Digit */
/** @typedef {import("../../js/api.js").Reading} Reading */

const DECIMALS = 1e6; // of probabilities

/**
 * The reading of a page.
 *
 * @param {Evidence} evidence
 * @param {Digit[]} judged the marks, from `decide`
 * @param {string} model name and version of the bundle
 * @returns {Reading}
 */
export function makeReading(evidence, judged, model) {
  const { page, marks } = evidence;
  const digits = judged.map((digit) => ({ ...digit, box: placeBox(page, digit.box) }));
  const signOf = (place) => (digits[place].reason === "sign" ? marks[place].sign ?? "" : "");
  const rows = [];
  digits.forEach((digit, place) => (rows[digit.line] ??= []).push(place));
  const lines = rows.map((places) => {
    const beside = places.map((place) => ({ sign: signOf(place), isParted: marks[place].isParted }));
    const first = places.find((place) => digits[place].outcome !== "not_a_digit");
    const sure = first === undefined ? null : findLineConfidence(evidence, first);
    return makeLine(places.map((place) => digits[place]), beside, sure);
  });
  return {
    text: lines.map((line) => line.text).filter(Boolean).join("\n"),
    outcome: digits.some((digit) => digit.outcome !== "not_a_digit") ? "digits" : "blank",
    width: page.width, height: page.height, lines: lines.map(roundLine), digits: digits.map(roundDigit),
    signs: findSigns(digits, marks, signOf), notes: makeNotes(page), model,
  };
}

const roundShare = (share) => Math.round(share * DECIMALS) / DECIMALS;

const roundDigit = (digit) => ({
  ...digit, confidence: roundShare(digit.confidence), digit_probability: roundShare(digit.digit_probability),
  printed: roundShare(digit.printed), probabilities: digit.probabilities.map(roundShare),
    band: findBand(digit.confidence),
});

const roundLine = (line) => ({
  ...line, confidence: roundShare(line.confidence),
  alternatives: line.alternatives.map(({ text, confidence }) => ({ text, confidence: roundShare(confidence) })),
  band: line.text ? findBand(line.confidence) : null,
});

/** The signs among the marks, which are in reading order. */
function findSigns(digits, marks, signOf) {
  const found = [];
  let [after, line] = [0, -1];
  digits.forEach((digit, place) => {
    if (digit.line !== line) [after, line] = [0, digit.line];
    const character = signOf(place);
    if (character) {
      found.push({ box: digit.box, line, character, after, confidence: roundShare(marks[place].signShare) });
    }
    after += Number(digit.outcome !== "not_a_digit");
  });
  return found;
}

/** What a user must know of how a page was read; nothing of most. */
function makeNotes({ leftOut, marks }) {
  if (!leftOut) return [];
  const count = `${leftOut.toLocaleString("en")} of ${(leftOut + marks.length).toLocaleString("en")} marks`;
  return [`${count} were left out, the least clear ones: a picture may hold no more; read it in parts`];
}
