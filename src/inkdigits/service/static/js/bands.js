// How often answers that are as sure are right: a mark of ticks, a color and words for each band of confidence.

import { BANDS, findBand } from "../reader/decision/bands.js";
import { $, make } from "./dom.js";
import { say } from "./words.js";

/** @typedef {import("./state.js").State} State */

const NAMES = BANDS.map(([name]) => name);
const BAND_WORDS = {
  "999 of 1000": "bandThousand", "99 of 100": "bandHundred", "95 of 100": "bandTwenty", fewer: "bandFewer",
};

/**
 * The class in style.css that shows the band of a confidence: "band-3" is the surest, with three ticks; "band-0" is
 * below all bands.
 *
 * @param {number} confidence 0 to 1
 */
export const bandClass = (confidence) => `band-${NAMES.length - 1 - NAMES.indexOf(findBand(confidence))}`;

/** How often answers with a confidence are right, in the user's language. */
export const bandText = (confidence) => say(BAND_WORDS[findBand(confidence)]);

/**
 * Show what the ticks of the digits mean, and how often lines like the weakest one are right.
 *
 * @param {State} state
 */
export function renderBands(state) {
  const digits = (state.reading?.digits ?? []).filter((digit) => digit.outcome === "digit" && !state.sampleOf(digit));
  const shown = new Map(digits.map(({ confidence }) => [bandClass(confidence), bandText(confidence)]));
  const rows = [...shown].sort().reverse().map(([name, text]) => makeItem(name, text));
  const weakest = weakestLine(state);
  if (weakest !== null) {
    const text = say("bandOfLine", { often: bandText(weakest) });
    rows.push(make("li", { className: "band-line", textContent: text }));
  }
  $("bands").replaceChildren(...rows);
  $("bands").hidden = rows.length === 0;
}

/** Confidence of the weakest line; null where a digit is in doubt, a person said something, or no line has several. */
function weakestLine(state) {
  const { digits = [], lines = [] } = state.reading ?? {};
  if (digits.some((digit) => digit.outcome === "unsure" || state.sampleOf(digit))) return null;
  const found = lines.filter(({ text, confidence }) => text.length > 1 && confidence !== undefined);
  return found.length ? Math.min(...found.map(({ confidence }) => confidence)) : null;
}

const makeItem = (name, text) => make("li", { className: name }, make("span", { className: "ticks" }), text);
