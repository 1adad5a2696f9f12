// Makes the string of a line from its digits: its words, its confidence, and the next best strings.

import { CLASS_COUNT, LEAST_PROBABILITY } from "../spec.js";
import { sortedBy, sum } from "../imageops/numbers.js";
import { boxAround } from "../detection/page.js";
import { writeLine } from "./words.js";

/** @typedef {import("../../js/api.js").Digit} Digit */
/** @typedef {{sign: string, isParted: boolean}} Beside what is known of a mark: the sign that it is, "" for none */

const ALTERNATIVES = 4;

/** What a mark adds to the text: its label, "?" when it is unsure, "" when it is not a digit. */
export const characterOf = ({ outcome, label }) => ({ digit: String(label), unsure: "?" }[outcome] ?? "");

/**
 * The line that some marks make.
 *
 * @param {Digit[]} row from left to right, those that are not digits included
 * @param {Beside[]} beside of each mark
 * @param {number | null} sure the probability that its string is right; null where its digits alone say it
 */
export function makeLine(row, beside, sure) {
  const box = boxAround(row.map((digit) => digit.box));
  const kept = row.filter((digit) => digit.outcome !== "not_a_digit");
  if (!kept.length) return { box, text: "", written: "", words: [], confidence: 1, alternatives: [] };
  const text = row.map(characterOf).join("");
  const [best, ...others] = setConfidence(findBestStrings(kept.map(rankLabels)), sure);
  const alternatives = sortedBy(others, ({ confidence }) => -confidence);
  const { words, written } = row.length > 1 ? write(row, beside) : { words: [text], written: text };
  return { box, text, written, words, confidence: best.confidence, alternatives };
}

/** The strings with the first one as sure as told; the others share the rest in the same proportions. */
function setConfidence(strings, sure) {
  if (sure === null) return strings;
  const [best, ...others] = strings;
  const rest = best.confidence < 1 ? (1 - sure) / (1 - best.confidence) : 0;
  return [{ ...best, confidence: sure }, ...others.map((one) => ({ ...one, confidence: rest * one.confidence }))];
}

function write(row, beside) {
  const pieces = row.map((digit, at) => ({
    box: digit.box, text: beside[at].sign || characterOf(digit), isSign: Boolean(beside[at].sign),
    isParted: beside[at].isParted,
  }));
  return writeLine(pieces.filter((piece, at) => piece.isSign || row[at].outcome !== "not_a_digit"));
}

/** The labels of a digit with their probabilities: its own label first, then the others, likeliest first. */
function rankLabels({ label, confidence, probabilities }) {
  const others = probabilities.map((share, other) => ({ label: other, share })).filter((one) => one.label !== label);
  const rest = sum(others.map(({ share }) => share));
  const scale = rest > 0 ? (1 - confidence) / rest : 0;
  const ranked = sortedBy(others.reverse(), (one) => -one.share); // of equal ones the larger label first
  const table = [{ label, share: confidence }, ...ranked.map((one) => ({ ...one, share: one.share * scale }))];
  return table.map((one) => ({ label: one.label, share: Math.max(one.share, LEAST_PROBABILITY) }));
}

/** The likeliest strings, the first being the labels: each digit stands for itself. */
function findBestStrings(tables) {
  const costOf = ({ share }) => -Math.log(share);
  const places = tables.map((_, place) => place);
  // a string that changes another digit is no likelier than those that change one of these alone
  const byLead = sortedBy(places.toReversed(), (place) => costOf(tables[place][1]) - costOf(tables[place][0]));
  const open = byLead.slice(0, ALTERNATIVES).sort((one, other) => one - other);
  const first = sum(tables.map(([best]) => costOf(best)));
  const waiting = [{ cost: first, ranks: open.map(() => 0) }];
  const seen = new Set([waiting[0].ranks.join()]);
  const found = [];
  while (waiting.length && found.length <= ALTERNATIVES) {
    const { cost, ranks } = waiting.splice(findCheapest(waiting), 1)[0];
    const labels = tables.map(([best]) => best.label);
    open.forEach((place, at) => { labels[place] = tables[place][ranks[at]].label; });
    found.push({ text: labels.join(""), confidence: Math.exp(-cost) });
    open.forEach((place, at) => {
      const after = ranks.with(at, ranks[at] + 1);
      if (after[at] >= CLASS_COUNT || seen.has(after.join())) return;
      seen.add(after.join());
      waiting.push({ cost: cost - costOf(tables[place][ranks[at]]) + costOf(tables[place][after[at]]), ranks: after });
    });
  }
  return found;
}

/** Place of the cheapest; of equally cheap ones, the one whose ranks come first. */
function findCheapest(waiting) {
  const comesFirst = (one, other) => {
    const at = one.ranks.findIndex((rank, place) => rank !== other.ranks[place]);
    return at >= 0 && one.ranks[at] < other.ranks[at];
  };
  let best = 0;
  waiting.forEach((one, at) => {
    const least = waiting[best];
    if (one.cost < least.cost || (one.cost === least.cost && comesFirst(one, least))) best = at;
  });
  return best;
}
