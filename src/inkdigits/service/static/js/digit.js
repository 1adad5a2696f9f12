// The chosen digit: its picture, what was decided, and the bars that correct it.

import { bandText } from "./bands.js";
import { cropDigit } from "./crops.js";
import { $, make } from "./dom.js";
import { classOf, reasonOf } from "./glyphs.js";
import { PAPER } from "./strokes.js";
import { percent, say } from "./words.js";

/** @typedef {import("./state.js").State} State */

const LEAST_SHARE = 0.01; // a bar below it has no number, as it would say nothing
const TITLE_WORDS = { digit: "digitTitle", unsure: "unsureTitle", not_a_digit: "noDigitTitle" };

/**
 * Show the chosen digit, if there is one.
 *
 * @param {State} state
 * @param {(label: number) => void} onCorrect
 */
export function renderDigit(state, onCorrect) {
  const { digit } = state;
  $("digit").hidden = !digit;
  if (!digit) return;
  const sample = state.sampleOf(digit);
  $("digit").className = `digit ${classOf(state, digit)}`;
  const [title, explanation] = sample ? sampleTexts(digit, sample) : digitTexts(digit);
  $("digit-title").textContent = title;
  $("digit-said").textContent = explanation;
  renderCrop(state);
  renderBars(digit, sample, onCorrect);
}

/** Title and explanation of what the user corrected or confirmed. */
function sampleTexts(digit, { label }) {
  if (label === digit.label) return [say("confirmedTitle", { label }), say("confirmedSaid")];
  return [say("correctedTitle", { label }), say("correctedSaid", { label: digit.label })];
}

/** Title and explanation of what the service decided. */
function digitTexts(digit) {
  const { label, outcome, confidence, digit_probability: digitProbability } = digit;
  const reason = reasonOf(digit);
  const share = percent(outcome === "not_a_digit" ? digitProbability : confidence);
  const title = say(TITLE_WORDS[outcome], { label, share });
  if (outcome === "unsure") return [title, say("unsureSaid", { reason })];
  return [title, outcome === "not_a_digit" ? say("noDigitSaid", { reason, label, share }) : bandText(confidence)];
}

function renderCrop(state) {
  const shown = $("crop");
  const context = shown.getContext("2d");
  context.fillStyle = PAPER;
  context.fillRect(0, 0, shown.width, shown.height);
  if (state.needsCopy) return;
  const crop = cropDigit(state, state.digit);
  const scale = Math.min(shown.width / crop.width, shown.height / crop.height);
  const [width, height] = [crop.width * scale, crop.height * scale];
  context.imageSmoothingQuality = "high";
  context.drawImage(crop, (shown.width - width) / 2, (shown.height - height) / 2, width, height);
}

/** The bars are made once, so that they grow and keep the focus. */
function renderBars({ label: best, probabilities }, sample, onCorrect) {
  const bars = $("bars");
  if (!bars.children.length) bars.append(...probabilities.map((_, label) => makeBar(label, onCorrect)));
  probabilities.forEach((probability, label) => {
    const bar = bars.children[label];
    bar.style.setProperty("--share", probability);
    bar.classList.toggle("best", label === best);
    bar.classList.toggle("chosen", label === sample?.label);
    bar.querySelector(".share").textContent = probability >= LEAST_SHARE ? percent(probability) : "";
    bar.ariaLabel = say("bar", { label, share: percent(probability) });
  });
}

function makeBar(label, onCorrect) {
  const bar = make("button", { type: "button", className: "bar" },
    make("span", { className: "label", textContent: String(label) }), " ",
    make("span", { className: "share" }), make("span", { className: "fill" }));
  bar.addEventListener("click", () => onCorrect(label));
  return bar;
}
