// "Why?": the stages between the picture and the network, and what may be wrong with the picture.

import { $, make } from "./dom.js";
import { say } from "./words.js";

/** @typedef {import("./state.js").State} State */

const STAGE_WORDS = { // by the names that the service gives
  input: "stageInput", strips: "stageStrips", "boxes and lines": "stageBoxes", frames: "stageFrames",
  labels: "stageLabels",
};
const HEAT = "heat at scale "; // and the scale of a copy of the picture
const LARGEST = [440, 180]; // CSS pixels of a stage, width and height
const WINDOW_ROOM = 64; // CSS pixels that a narrow window leaves beside a stage
const COARSE = 1.5; // from this scale on pixels are shown as squares

/**
 * Show the button, and when it is open the stages of the answer.
 *
 * @param {State} state
 */
export function renderWhy({ reading, isWhyOpen }) {
  $("why").hidden = !reading;
  $("why").setAttribute("aria-expanded", String(isWhyOpen));
  $("why-panel").hidden = !isWhyOpen || !reading;
  if ($("why-panel").hidden) return;
  const { stages = [], faults = [] } = reading.explain ?? {};
  const faultItems = faults.map((fault) => make("li", { className: "fault", textContent: fault, lang: "en" }));
  $("faults").replaceChildren(...(faults.length ? faultItems : [make("li", { textContent: noFaultsText(reading) })]));
  $("stages").classList.toggle("waiting", !reading.explain);
  $("stages").replaceChildren(...stages.map(renderStage));
}

function noFaultsText({ explain }) {
  if (!explain) return say("reading");
  return explain.stages.length ? say("noFaults") : say("noStages");
}

function nameStage(name) {
  if (name.startsWith(HEAT)) return say("stageHeat", { scale: name.slice(HEAT.length) });
  return name in STAGE_WORDS ? say(STAGE_WORDS[name]) : name;
}

function renderStage({ name, png }, index) {
  const text = nameStage(name);
  const image = make("img", { src: `data:image/png;base64,${png}`, alt: say("stage", { number: index + 1 }) });
  image.addEventListener("load", () => sizeStage(image));
  return make("li", {}, make("figure", {}, image, make("figcaption", { textContent: text })));
}

/** Show a stage as large as its place allows; frames of 28 pixels with their pixels as squares. */
function sizeStage(image) {
  const [width, height] = LARGEST;
  const scale = Math.min(height / image.naturalHeight, Math.min(width, innerWidth - WINDOW_ROOM) / image.naturalWidth);
  image.style.width = `${image.naturalWidth * scale}px`;
  image.style.height = `${image.naturalHeight * scale}px`;
  image.classList.toggle("coarse", scale > COARSE);
}

/** Bring the stages into sight. */
export function scrollToWhy() {
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  $("why-panel").scrollIntoView({ block: "nearest", behavior: isCalm ? "auto" : "smooth" });
}
