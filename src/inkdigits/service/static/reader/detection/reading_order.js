// Sorts marks into lines from the top, and each line from the left.

import { sortedBy } from "../imageops/numbers.js";
import { heightOf } from "./page.js";
import { partCells } from "./ruling.js";
import { settleLine } from "./signs.js";
import { partStruck } from "./strikes.js";
import { groupLines } from "./text_lines.js";

/** @typedef {import("../spec.js").Gray} Gray */
/** @typedef {import("./page.js").Mark} Mark */

const BESIDE = 2; // heights between digits beside each other

/**
 * The marks line by line, each line from the left; a sign belongs to the line that is nearest to it.
 *
 * @param {Gray} gray the picture in which they were found, which may have ruled lines
 * @param {Mark[]} marks
 * @returns {Mark[]}
 */
export function orderMarks(gray, marks) {
  const digits = marks.filter((mark) => mark.sign === null);
  let signs = marks.filter((mark) => mark.sign !== null);
  const group = (some) => groupLines(some.map((mark) => mark.box)).map((places) => places.map((place) => some[place]));
  let lines = group(digits);
  if (!lines.length) [lines, signs] = [group(signs), []];
  const owners = findLines(signs, lines);
  signs.forEach((sign, at) => lines[owners[at]].push(sign));
  const parted = lines.flatMap((line) => partStruck(gray, sortedBy(line, ({ box }) => box[0] + box[2])));
  const ordered = parted.map((line) => findCompany(partCells(gray, settleLine(line))));
  return ordered.flatMap((line, place) => line.map((mark) => ({ ...mark, line: place })));
}

/** The marks of a line, each digit with the score of the surer one beside it. */
function findCompany(line) {
  const digits = line.map((_, place) => place).filter((place) => line[place].sign === null);
  const company = line.map(() => 0);
  digits.slice(1).forEach((right, at) => {
    const left = digits[at];
    const gap = line[right].box[0] - line[left].box[2];
    for (const [one, other] of [[left, right], [right, left]]) {
      if (gap < BESIDE * heightOf(line[one].box)) company[one] = Math.max(company[one], line[other].score);
    }
  });
  return line.map((mark, place) => ({ ...mark, company: company[place] }));
}

/** The line of each sign: that of the digit nearest to it; of equally near ones, the first line. */
function findLines(signs, lines) {
  const digits = lines.flatMap((line, owner) => line.map(({ box }) => ({ box, owner })));
  return signs.map((sign) => {
    let [found, nearest] = [0, Infinity];
    for (const { box, owner } of digits) {
      const off = measure(sign.box, box);
      if (off < nearest) [found, nearest] = [owner, off];
    }
    return found;
  });
}

/** How far a sign is from a digit, in its heights; rows count twice, since lines run across. */
function measure(sign, digit) {
  const across = Math.max(digit[0] - sign[2], sign[0] - digit[2], 0);
  const down = Math.max(digit[1] - sign[3], sign[1] - digit[3], 0);
  return (across + 2 * down) / heightOf(digit);
}
