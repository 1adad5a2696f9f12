// Says which digits a machine printed, by what the detector sees of each and of its neighbors.

import { clip, groupBy } from "../imageops/numbers.js";
import { heightOf } from "../detection/page.js";

/** @typedef {import("../detection/page.js").Mark} Mark */

const [REACH, GROWTH] = [3, 1.6];
const LEAST = 0.01;

/**
 * The marks of one page; each digit's `printed` is what it and its neighbors say together.
 *
 * @param {Mark[]} marks
 * @returns {Mark[]}
 */
export function voteOnPrint(marks) {
  const voters = marks.map((mark) => {
    const share = clip(mark.printed, LEAST, 1 - LEAST);
    return { line: mark.line, vote: Math.log(share / (1 - share)), middle: (mark.box[0] + mark.box[2]) / 2,
      height: heightOf(mark.box) };
  }).filter((_, place) => marks[place].sign === null && marks[place].line >= 0);
  const byLine = groupBy(voters, ({ line }) => line);
  return marks.map((mark) => {
    if (mark.sign !== null || mark.line < 0) return mark;
    const [middle, height] = [(mark.box[0] + mark.box[2]) / 2, heightOf(mark.box)];
    const near = byLine.get(mark.line).filter((other) => Math.abs(other.middle - middle) <= REACH * height
      && Math.max(other.height / height, height / other.height) <= GROWTH);
    const mean = near.reduce((total, { vote }) => total + vote, 0) / near.length;
    return { ...mark, printed: 1 / (1 + Math.exp(-mean)) };
  });
}
