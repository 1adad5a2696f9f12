// Parts a line into words at wide gaps and at the ruled lines between cells, and writes it with its signs.

import { median } from "../imageops/quantiles.js";
import { heightOf } from "../detection/page.js";

/**
 * @typedef {object} Piece a digit or a sign of a line
 * @property {import("../spec.js").Corners} box
 * @property {string} text one character
 * @property {boolean} isSign
 * @property {boolean} isParted whether a ruled line stands between it and what is to its left
 */

const WORD_GAP = 1; // of the digits' median height
const USUAL_GAPS = 2.5; // of the line's median gap
const LONE_GAP = 1.5; // of the height

/**
 * The digits of each word of a line, and the line as it is written: with signs, and spaces between words.
 *
 * @param {Piece[]} pieces from left to right, at least one digit among them
 * @returns {{words: string[], written: string}}
 */
export function writeLine(pieces) {
  const places = pieces.flatMap((piece, place) => (piece.isSign ? [] : [place]));
  const join = (some) => some.map((piece) => piece.text).join("");
  if (places.length === 1) return { words: [pieces[places[0]].text], written: join(pieces) };
  // between two digits the widest gap counts: a sign stands on one side of it, or on both
  const gapBefore = (place) => pieces[place].box[0] - pieces[place - 1].box[2];
  const spans = places.slice(1).map((right, at) => {
    const between = pieces.map((_, place) => place).slice(places[at] + 1, right + 1);
    const isRuled = between.some((place) => pieces[place].isParted);
    return { between, width: Math.max(...between.map(gapBefore)), isRuled };
  });
  const height = median(places.map((place) => heightOf(pieces[place].box)));
  const usual = spans.length > 1 ? median(spans.map(({ width }) => width)) : LONE_GAP / USUAL_GAPS * height;
  const least = Math.max(WORD_GAP * height, USUAL_GAPS * usual);
  const isTable = !spans.every(({ isRuled }) => isRuled); // a line between all digits makes boxes of one number
  const spaces = new Set();
  const starts = [0];
  spans.forEach(({ between, width, isRuled }, at) => {
    const isWide = width >= least;
    if (!isWide && !(isRuled && isTable)) return;
    for (const place of between) {
      if (isWide ? gapBefore(place) >= least : pieces[place].isParted) spaces.add(place);
    }
    starts.push(at + 1);
  });
  const text = join(places.map((place) => pieces[place]));
  return {
    words: starts.map((start, at) => text.slice(start, starts[at + 1])),
    written: pieces.map((piece, place) => (spaces.has(place) ? " " : "") + piece.text).join(""),
  };
}
