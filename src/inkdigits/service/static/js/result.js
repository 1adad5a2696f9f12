// Beside the number: how many digits there are, what else they may say, and why there is no answer.

import { $, announce, make } from "./dom.js";
import { numberText } from "./number.js";
import { percent, say } from "./words.js";

/** @typedef {import("./api.js").Failure} Failure */
/** @typedef {import("./api.js").Reading} Reading */
/** @typedef {import("./state.js").State} State */

const MOST_OTHERS = 3;
const PROBLEM_WORDS = {
  "-3": "problemDocument", "-2": "problemNoReader", 0: "problemGone", 413: "problemTooLarge", 415: "problemNoPicture",
  422: "problemUnreadable", 503: "problemBusy",
  other: "problemOther",
};

const HELP_WORDS = { // what to do about it
  "-3": "problemDocumentMore", 0: "problemGoneMore", 413: "problemTooLargeMore", 415: "problemNoPictureMore",
  422: "problemUnreadableMore",
  other: "problemOtherMore",
};

/**
 * Show the line under the number and let a screen reader say the number.
 *
 * @param {State} state
 */
export function renderStatus(state) {
  const { reading } = state;
  const number = numberText(state);
  const text = statusText(state, number);
  $("reading").classList.toggle("empty", !reading);
  $("status").textContent = text;
  // digits one by one, as a long number would be read as millions
  if (reading) announce(number ? `${say("spoken", { text: [...number].join(" ") })} ${text}` : text);
}

function statusText(state, number) {
  const { reading, problem, isDrawing } = state;
  if (reading && number) return countText(state);
  if (reading) return reading.digits.length ? say("blankMore") : say("blank");
  if (problem) return "";
  return isDrawing ? say("waiting") : say("waitingPicture");
}

function countText(state) {
  const counts = { digit: 0, unsure: 0, not_a_digit: 0, corrected: 0 };
  for (const digit of state.reading.digits) counts[state.sampleOf(digit) ? "corrected" : digit.outcome] += 1;
  const { unsure, corrected, not_a_digit: noDigit } = counts;
  const texts = [say("digitCount", { count: counts.digit + unsure + corrected })];
  if (unsure) texts.push(say("unsureCount", { count: unsure }));
  if (corrected) texts.push(say("correctedCount", { count: corrected }));
  if (noDigit) texts.push(say("noDigitCount", { count: noDigit }));
  return texts.join(" · ");
}

/**
 * What went wrong, in a few words.
 *
 * @param {Failure} problem
 */
export const titleOf = (problem) => say(PROBLEM_WORDS[problem.status] ?? PROBLEM_WORDS.other);

/**
 * Say why there is no answer, in the place of the answer.
 *
 * @param {Failure | null} problem
 */
export function renderProblem(problem) {
  $("problem").hidden = !problem;
  if (!problem) return;
  const isHelped = problem.status in HELP_WORDS || !problem.isPassing;
  const help = isHelped && say(HELP_WORDS[problem.status] ?? HELP_WORDS.other);
  const more = [help, problem.isPassing && say("retrying")];
  $("problem-title").textContent = titleOf(problem);
  $("problem-detail").textContent = problem.detail; // in English, as the server speaks
  $("problem-detail").lang = "en";
  $("problem-more").textContent = more.filter(Boolean).join(" ");
  $("retry").hidden = !problem.isPassing;
}

/**
 * Show the next best readings of all lines.
 *
 * @param {Reading | null} reading
 */
export function renderOthers(reading) {
  const others = (reading?.lines ?? []).flatMap(({ text, alternatives }) =>
    alternatives.filter((other) => other.text !== text));
  others.sort((one, other) => other.confidence - one.confidence);
  $("others").hidden = others.length === 0;
  $("others-list").replaceChildren(...others.slice(0, MOST_OTHERS).map(({ text, confidence }) =>
    make("li", {}, make("span", { className: "other", textContent: text }),
      make("span", { className: "share", textContent: percent(confidence) }))));
}
