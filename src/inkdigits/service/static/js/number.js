// The number that was read: as text, and as a row of buttons, each of which chooses its digit.

import { $, make } from "./dom.js";
import { classOf, glyphOf, nameOf, reasonOf, tipOf } from "./glyphs.js";
import { say } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {{digit: number} | {character: string}} Part index of a mark; or a sign, or a gap between words */

const [MOST_SIZE, LEAST_SIZE, MOST_HEIGHT] = [136, 20, 240]; // CSS pixels of a digit's font, and of all lines together
const LINE_HEIGHT = 1.16; // with the ticks of its band
const SIZE_STEP = 0.5; // CSS pixels
const MOST_OF_REST = 6; // marks that are not digits, shown for each reason

/**
 * The lines of the number.
 *
 * @param {State} state
 * @returns {Part[][]}
 */
function numberLines(state) {
  const { lines: found, digits } = state.reading ?? { lines: [], digits: [] };
  const lines = found.map(() => []);
  const beside = found.map(({ written }) => written.split(/[0-9?]/)); // what stands between the digits
  const showBeside = (line) => {
    for (const character of beside[line].shift() ?? "") lines[line].push({ character });
  };
  digits.forEach((digit, index) => {
    if (digit.outcome !== "not_a_digit") showBeside(digit.line);
    if (glyphOf(state, digit)) lines[digit.line].push({ digit: index });
  });
  lines.forEach((_, line) => showBeside(line));
  return lines.filter((line) => line.length > 0);
}

/**
 * The number as text; lines are joined by a line feed.
 *
 * @param {State} state
 */
export function numberText(state) {
  const partText = (part) => part.character ?? glyphOf(state, state.reading.digits[part.digit]);
  return numberLines(state).map((line) => line.map(partText).join("")).join("\n");
}

/**
 * Show the number, and under it the marks that are not digits, a row for each reason.
 *
 * @param {State} state
 * @param {(index: number) => void} onSelect
 */
export function renderNumber(state, onSelect) {
  const { reading, problem } = state;
  const number = $("number");
  const hadFocus = number.contains(document.activeElement);
  const lines = numberLines(state);
  const toElement = (part) => renderPart(state, part, onSelect);
  const rows = lines.map((line) => make("div", { className: "number-line" }, ...line.map(toElement)));
  for (const [reason, parts] of restByReason(state)) {
    const shown = parts.filter(({ digit }, at) => at < MOST_OF_REST || digit === state.selected);
    const count = parts.length - shown.length;
    const text = count ? say("restMore", { reason, count }) : reason;
    const why = make("span", { className: "rest-reason", textContent: text });
    rows.push(make("div", { className: "number-rest" }, ...shown.map(toElement), why));
  }
  number.replaceChildren(...rows);
  fitNumber();
  $("hints").hidden = Boolean(reading ?? problem);
  $("copy").hidden = !navigator.clipboard || !reading || !numberText(state);
  if (hadFocus) focusDigit();
}

/**
 * The marks that are not digits, by the reason why.
 *
 * @param {State} state
 * @returns {Map<string, Part[]>}
 */
function restByReason(state) {
  const found = new Map();
  (state.reading?.digits ?? []).forEach((digit, index) => {
    if (glyphOf(state, digit)) return;
    const reason = reasonOf(digit);
    found.set(reason, [...(found.get(reason) ?? []), { digit: index }]);
  });
  return found;
}

function renderPart(state, part, onSelect) {
  if (part.character) return make("span", { className: "sign", textContent: part.character });
  const index = part.digit;
  const digit = state.reading.digits[index];
  const button = make("button", {
    type: "button", className: `glyph ${classOf(state, digit)}`, textContent: glyphOf(state, digit) || "×",
    ariaLabel: nameOf(state, index), tabIndex: index === (state.selected ?? 0) ? 0 : -1,
    ariaPressed: String(index === state.selected), title: tipOf(state, digit),
  });
  button.addEventListener("click", () => onSelect(index));
  return button;
}

/**
 * Make the digits as large as their place allows: each line stays one line, and none is wider than the place. Of a line
 * that would be too small to read, the rest is reached by scrolling.
 */
export function fitNumber() {
  const number = $("number");
  const lines = [...number.querySelectorAll(".number-line")];
  number.style.fontSize = `${MOST_SIZE}px`;
  const widest = Math.max(1, ...lines.map((line) => line.getBoundingClientRect().width));
  const byWidth = MOST_SIZE * number.clientWidth / widest;
  const byHeight = MOST_HEIGHT / LINE_HEIGHT / Math.max(1, lines.length);
  let size = Math.max(Math.min(MOST_SIZE, byWidth, Math.max(byHeight, 2 * LEAST_SIZE)), LEAST_SIZE);
  number.style.fontSize = `${size}px`;
  while (size > LEAST_SIZE && number.scrollWidth > number.clientWidth) { // widths are rounded, each by itself
    size = Math.max(size - SIZE_STEP, LEAST_SIZE);
    number.style.fontSize = `${size}px`;
  }
}

/** Move the focus to the chosen digit of the number. */
export function focusDigit() {
  $("number").querySelector("[tabindex='0']")?.focus();
}
