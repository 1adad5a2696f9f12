// Settles what signs are: each is one mark, and what stands beside it tells a slash or a parenthesis from a 1.

import { CLASS_COUNT, MARK_LABELS, SIGNS } from "../spec.js";
import { argmax, largest, sortedBy } from "../imageops/numbers.js";
import { trust, trustAt } from "./looks.js";
import { findShare } from "./page.js";

/** @typedef {import("../models/peaks.js").DetectedMark} DetectedMark */
/** @typedef {import("./page.js").Mark} Mark */

const TRUSTED = 0.5;
const SAME = [0.3, 0.22]; // heights of a digit, across and down
const COLON = 0.85; // heights
const HIGH = 0.2; // heights
const EQUALS = 0.4; // of the minus' probability
const [BAR, GAP] = [0.5, 0.25]; // of a sign's darkest row
const PARENTHESIS = 0.3;
const PAIR = 0.08;
const ALONE = 0.2;
const MOST_OF_DATE = 10; // marks
const STRAY = 0.5;
const MOST_OF_FRACTION = 5; // marks
const DOTS = [".", ","];
const DATE = "d{1,2}/d{1,2}/(?:d{2}|d{4})|d{4}/d{1,2}/d{1,2}"; // d stands for a digit
const IS_DATE = new RegExp(`^(?:${DATE})$`, "v");
const IS_FORM = new RegExp(`^(?:${DATE}|[^\\/]+/-)$`, "v");

/**
 * The marks with each sign once: doubles of other scales left out, parts of ":" and "=" joined.
 *
 * @param {DetectedMark[]} found of a whole picture
 * @returns {DetectedMark[]}
 */
export function joinSigns(found) {
  const digits = found.filter((mark) => mark.label < CLASS_COUNT && trust(mark) >= TRUSTED);
  const signs = found.filter((mark) => mark.label >= CLASS_COUNT);
  if (!digits.length || !signs.length) return found;
  const sized = signs.map((mark) => ({ mark, digit: findDigit(mark, digits) }));
  const kept = [];
  for (const { mark, digit } of sortedBy(sized, (row) => -trustAt(row.mark, row.digit.height))) {
    const { y: level, height } = digit;
    const place = kept.findIndex((one) => Math.abs(one.x - mark.x) < SAME[0] * height
      && Math.abs(one.y - mark.y) < COLON * height && areOne(one, mark, height));
    if (place < 0) kept.push(mark);
    else kept[place] = join(kept[place], mark, level, height);
  }
  return [...found.filter((mark) => mark.label < CLASS_COUNT), ...kept.map(tellEquals)];
}

/** The digit nearest to a sign; rows count twice, as lines run across. */
const findDigit = (sign, digits) => (
  sortedBy(digits, (digit) => Math.abs(digit.x - sign.x) + 2 * Math.abs(digit.y - sign.y))[0]);

const nameOf = ({ label }) => MARK_LABELS[label];

/** Whether two signs near one another are one: seen twice, or two dots of a colon. */
function areOne(kept, mark, height) {
  const isDotted = [kept, mark].every((one) => [...DOTS, ":"].includes(nameOf(one)));
  return Math.abs(kept.y - mark.y) < SAME[1] * height || isDotted;
}

/** The one sign that two are; `kept` is the more trusted one, the digits there have that level and height. */
function join(kept, mark, level, height) {
  const [one, other, apart] = [nameOf(kept), nameOf(mark), Math.abs(kept.y - mark.y)];
  if (other === ":" && DOTS.includes(one)) return mark;
  const isHigh = Math.min(kept.y, mark.y) < level + HIGH * height;
  if (DOTS.includes(one) && DOTS.includes(other) && apart >= SAME[1] * height && isHigh) return unite(kept, mark, ":");
  if (one === "-" && other === "-" && kept.scale === mark.scale) return unite(kept, mark, "="); // in one copy: two bars
  return kept;
}

/** The sign that two parts make. */
function unite(one, other, name) {
  const parts = [one, other];
  const left = Math.min(...parts.map((part) => part.x - part.width / 2));
  const right = Math.max(...parts.map((part) => part.x + part.width / 2));
  const top = Math.min(...parts.map((part) => part.y - part.height / 2));
  const bottom = Math.max(...parts.map((part) => part.y + part.height / 2));
  const signs = one.signs.slice();
  signs[SIGNS.indexOf(name)] = largest(signs);
  return {
    ...one, label: MARK_LABELS.indexOf(name), x: (left + right) / 2, y: (top + bottom) / 2, width: right - left,
    height: bottom - top, signs,
  };
}

/** A minus that the detector nearly takes for "=" as that. */
function tellEquals(mark) {
  const [minus, equals] = ["-", "="].map((name) => mark.signs[SIGNS.indexOf(name)]);
  return nameOf(mark) === "-" && equals >= EQUALS * minus ? { ...mark, label: MARK_LABELS.indexOf("=") } : mark;
}

/**
 * A minus whose ink is two bars, one above the other, as the equals sign that it is.
 *
 * @param {Mark} mark with its ink
 * @returns {Mark}
 */
export function tellBars(mark) {
  if (mark.sign !== "-") return mark;
  const { data, width, height } = mark.crop;
  const rows = Array.from({ length: height }, (_, row) => (
    data.subarray(row * width, (row + 1) * width).reduce((total, level) => total + level, 0) / width));
  const most = largest(rows, 0);
  const isBar = (row) => row >= BAR * most;
  const [first, last] = [rows.findIndex(isBar), rows.findLastIndex(isBar)];
  const hasGap = first >= 0 && rows.slice(first, last).some((row) => row < GAP * most);
  return hasGap ? { ...mark, sign: "=" } : mark;
}

/**
 * The marks of a line, in which what is a slash or a parenthesis is no 1.
 *
 * @param {Mark[]} line from left to right
 * @returns {Mark[]}
 */
export function settleLine(line) {
  const strays = findStrays(line);
  const told = pairParentheses(line.map((mark, place) => (strays.has(place) ? takeBack(mark) : mark)));
  const names = told.map((mark) => mark.sign);
  for (const [name, partner, place] of [["(", ")", 0], [")", "(", told.length - 1]]) {
    if (!names.includes(name) && names.includes(partner) && canBe(told[place], name, PAIR)) {
      told[place] = takeFor(told[place], name);
    }
  }
  const before = told.length - 2;
  const isEnded = before >= 0 && told.at(-1).sign === "-";
  if (isEnded && canBe(told[before], "/", PAIR)) told[before] = takeFor(told[before], "/");
  for (const place of findSlashesOfDate(told)) told[place] = takeFor(told[place], "/");
  // a line that has all its slashes holds no other: its 1s are no longer in doubt
  const isWhole = IS_FORM.test(spell(told));
  return told.map((mark) => (isWhole && looksLike1(mark) ? { ...mark, signs: mark.signs.map(() => 0) } : mark));
}

const spell = (line) => line.map((mark) => mark.sign ?? "d").join("");

/** Which signs of a line stand where none does: a lone parenthesis, a slash at an end or amid many digits. */
function findStrays(line) {
  const names = line.map((mark) => mark.sign);
  const may = { "(": line.map((mark) => canBe(mark, "(", PAIR)), ")": line.map((mark) => canBe(mark, ")", PAIR)) };
  const isOrMay = (name) => line.map((_, place) => names[place] === name || may[name][place]);
  const firstOpen = isOrMay("(").indexOf(true);
  const lastClose = isOrMay(")").lastIndexOf(true);
  const slashes = names.flatMap((name, place) => (name === "/" ? [place] : []));
  // two or more part a date, one a fraction or an amount from its end; amid more digits a 1 is likelier
  const isAmid = slashes.length === 1 && names.length > MOST_OF_FRACTION && names.at(-1) !== "-";
  const strays = new Set(slashes.filter((place) => isAmid || place === 0 || place === names.length - 1));
  names.forEach((name, place) => {
    if (name === "(" && !(lastClose > place)) strays.add(place);
    if (name === ")" && !(firstOpen >= 0 && firstOpen < place)) strays.add(place);
  });
  return strays;
}

/** A sign that stands where none does as the 1 that it nearly was; others stay. */
function takeBack(mark) {
  if (argmax(mark.labels) !== 1) return mark;
  return { ...mark, sign: null, reason: null, signs: mark.signs.map((share) => (share < STRAY ? 0 : share)) };
}

/** The marks of a line, two that are read as 1s taken for parentheses where both may well be. */
function pairParentheses(line) {
  const told = line.slice();
  const isOne = (name) => told.map((mark) => mark.sign === name || canBe(mark, name, PARENTHESIS));
  const [open, close] = [isOne("(").indexOf(true), isOne(")").lastIndexOf(true)];
  if (open >= 0 && open < close) {
    for (const [place, name] of [[open, "("], [close, ")"]]) {
      if (told[place].sign === null) told[place] = takeFor(told[place], name);
    }
  }
  return told;
}

const looksLike1 = (mark) => mark.sign === null && argmax(mark.labels) === 1;

/** Whether a mark read as a 1 may be a sign: whether that has a share of at least so much. */
const canBe = (mark, sign, least) => looksLike1(mark) && findShare(mark, sign) >= least;

/** Which marks read as a 1 are slashes, since the line is a date then: 17/05/2014, 3/4/98. */
function findSlashesOfDate(line) {
  const count = line.filter((mark) => mark.sign === "/").length;
  if (line.length > MOST_OF_DATE || count > 1) return [];
  const least = count ? PAIR : ALONE;
  const mayBe = line.map((_, place) => place).filter((place) => canBe(line[place], "/", least));
  const ways = count ? mayBe.map((place) => [place])
    : mayBe.flatMap((one, at) => mayBe.slice(at + 1).map((other) => [one, other]));
  let [best, found] = [-1, []];
  for (const places of ways) {
    const text = line.map((mark, place) => (places.includes(place) ? "/" : mark.sign ?? "d")).join("");
    const share = Math.min(...places.map((place) => findShare(line[place], "/")));
    if (IS_DATE.test(text) && share >= best) [best, found] = [share, places]; // the last of equal ones, as they ascend
  }
  return found;
}

const takeFor = (mark, sign) => ({ ...mark, sign, reason: "sign", signShare: findShare(mark, sign) });
