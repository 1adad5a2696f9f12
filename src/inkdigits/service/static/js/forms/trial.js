// A scan that was read by the template as it is: the scan with its fields, and what each of them says.

import { bandText } from "../bands.js";
import { $, make } from "../dom.js";
import { say } from "../words.js";
import { layOn } from "./board.js";

const OUTCOME_WORDS = { sure: "formSure", doubtful: "formDoubtful", failed: "formFailed" };
const FORM_REASON_WORDS = {
  "low confidence": "formReasonLowConfidence", "only so is it allowed": "formReasonOnlySo",
  "an empty cell between digits": "formReasonGap", "a crossed cell": "formReasonCrossed",
  "nothing is written": "formReasonNothing", "more than one line": "formReasonLines",
};

/** Why a field is doubtful; what has no word here, as a pattern, is told as the service says it. */
const reasonOf = (reason) => (FORM_REASON_WORDS[reason] ? say(FORM_REASON_WORDS[reason]) : reason);

/**
 * Show a scan with what was read.
 *
 * @param {import("./requests.js").Draft} draft of the scan, for its picture
 * @param {object} form the service's answer
 */
export function showTrial(draft, form) {
  $("form-picture").src = `data:image/png;base64,${draft.picture}`;
  $("board").classList.add("shows-scan");
  const fields = Object.entries(form.fields);
  $("boxes").replaceChildren(...fields.filter(([, field]) => field.box).map(([name, field]) => {
    const [left, top, right, bottom] = field.box;
    const label = make("span", { className: "read-text", textContent: field.text || say("formNothing") });
    const box = make("div", { className: `read-box ${field.outcome}`, title: name }, label);
    layOn(box, [left, top, right - left, bottom - top], draft.pixels);
    return box;
  }));
  $("trial-fields").replaceChildren(...fields.map(([name, field]) => makeRow(name, field)));
  $("trial").hidden = false;
}

function makeRow(name, field) {
  const outcome = say(OUTCOME_WORDS[field.outcome]);
  const told = field.reason ? reasonOf(field.reason) : `${outcome}, ${bandText(field.confidence)}`;
  return make("li", { className: field.outcome }, make("span", { textContent: name }),
    make("b", { textContent: field.text || say("formNothing") }), make("small", { textContent: told }));
}

/** Show the blank form again. */
export function hideTrial() {
  $("board").classList.remove("shows-scan");
  $("trial").hidden = true;
}
