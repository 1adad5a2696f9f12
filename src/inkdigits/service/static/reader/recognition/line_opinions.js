// Asks the line recognizer about each line of a page: about the digits that were seen, and about missed ones.

import { CLASS_COUNT, STRIP_STEP } from "../spec.js";
import { argmax, groupBy, logAdd, sortedBy } from "../imageops/numbers.js";
import { cutHeard } from "../detection/line_strips.js";
import { makeMark, widthOf } from "../detection/page.js";
import { weighString } from "../models/line_evidence.js";

/** @typedef {import("../detection/page.js").Mark} Mark */
/** @typedef {import("../detection/page.js").Page} Page */
/** @typedef {import("../models/line_evidence.js").HeardLine} HeardLine */
/** @typedef {import("../models/line_recognizer.js").LineRecognizer} LineRecognizer */

/**
 * @typedef {object} Opinion what the line recognizer says of a mark
 * @property {number[]} labels the probability of each label, the other digits of the line given
 * @property {number} odds how much likelier the line is with a digit there than without, natural logarithm
 * @property {boolean} isAsked whether it says anything of the mark
 */

const LEAST_HEARD = -0.5;
const OWN = 0.5; // of a digit's width
const LIKE_1 = "/()";
const MOST_HEARD = 8; // digits that a line may lack
/** @type {Opinion} */
const NOTHING = { labels: Array(CLASS_COUNT).fill(1 / CLASS_COUNT), odds: 0, isAsked: false };

/**
 * The page with marks for the digits that only the line recognizer finds, and what it says of each mark
 * and line.
 *
 * @param {Page} page
 * @param {LineRecognizer} network
 * @returns {Promise<{page: Page, opinions: Opinion[], heard: (HeardLine | null)[]}>}
 */
export async function askAboutLines(page, network) {
  const [marks, opinions] = [[], []];
  const heard = page.strips.map(() => null);
  for (const [line, own] of groupBy(page.marks, (mark) => mark.line)) {
    const strip = page.strips[line] ?? null;
    let [found, said] = [own, null];
    if (strip) {
      const steps = await network.findSteps(strip);
      const missed = findMissed(page, own, strip, steps);
      [found, said] = [missed.marks, weigh(missed.marks, missed.evidence)];
      if (missed.evidence) heard[line] = { steps, string: spell(found), logProbability: missed.evidence.string };
    }
    marks.push(...found);
    opinions.push(...found.map((_, place) => said?.get(place) ?? NOTHING));
  }
  return { page: { ...page, marks }, opinions, heard };
}

/** The marks of a line with those that it lacked, and what is said of its digits then. */
function findMissed(page, line, strip, steps) {
  let marks = line;
  let evidence = weighString(steps, spell(marks));
  if (page.leftOut) return { marks, evidence }; // of a page that is too full, marks were left out on purpose
  for (let count = 0; count < MOST_HEARD && evidence; count += 1) {
    const found = findOne(evidence, strip, marks, [page.width, page.height]);
    if (!found) break;
    marks = putIn(marks, found.mark, found.gap);
    evidence = weighString(steps, spell(marks));
  }
  return { marks, evidence };
}

/** The digit that a line most likely lacks, and the gap where it stands; null where it lacks none. */
function findOne(evidence, strip, marks, size) {
  const leads = evidence.more.map((more) => more.reduce(logAdd) - evidence.string);
  for (const gap of sortedBy([...leads.keys()], (each) => -leads[each])) {
    if (leads[gap] < LEAST_HEARD) break;
    const more = evidence.more[gap];
    const total = more.reduce(logAdd);
    const labels = Array.from(more, (chance) => Math.exp(chance - total));
    const column = STRIP_STEP * (evidence.places[gap] + 0.5);
    const x = strip.left + column / strip.scale;
    const isSign = argmax(more) === 1 && marks.some((mark) => mark.sign !== null && LIKE_1.includes(mark.sign));
    if (isSign || marks.some((mark) => standsAt(mark, x))) continue; // a sign, or a digit that it sees twice
    const mark = cutHeard(strip, column, makeMark({ line: marks[0].line, labels, isHeard: true }), size);
    if (mark) return { mark, gap };
  }
  return null;
}

/** Whether a mark stands at a column; at its rim another digit may stand. */
function standsAt({ box, sign }, x) {
  const share = sign === null ? OWN : 1;
  return Math.abs(x - (box[0] + box[2]) / 2) < share * widthOf(box) / 2;
}

const spell = (marks) => marks.filter((mark) => mark.sign === null).map((mark) => argmax(mark.labels));

const digitPlaces = (marks) => marks.flatMap((mark, place) => (mark.sign === null ? [place] : []));

/** A line with a digit in front of its digit number `gap`, or at its end. */
const putIn = (marks, mark, gap) => marks.toSpliced(digitPlaces(marks)[gap] ?? marks.length, 0, mark);

/** What is said of the digits, by their places. */
function weigh(marks, evidence) {
  const said = new Map();
  if (!evidence) return said;
  digitPlaces(marks).forEach((place, at) => {
    const together = evidence.labels[at].reduce(logAdd);
    const labels = Array.from(evidence.labels[at], (chance) => Math.exp(chance - together));
    said.set(place, { labels, odds: together - evidence.without[at], isAsked: true });
  });
  return said;
}
