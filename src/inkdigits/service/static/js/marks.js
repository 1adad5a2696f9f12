// Boxes on the sheet or on the picture. Their tags can be clicked; on the sheet the boxes let the pen through.

import { $, make } from "./dom.js";
import { classOf, nameOf, tagOf, tipOf } from "./glyphs.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./geometry.js").Box} Box */

const ROOM_DRAWN = 3; // CSS pixels between a box and its ink, so that it does not lie on it
const ROOM_PICTURE = 1;
const TAG = { height: 27, narrow: 28, wide: 40 }; // CSS pixels that a tag takes with the gap to its box
const MANY = 6; // marks that are not digits; of more, only the chosen one has a tag
const PLACES = ["above", "low", "above end", "low end"]; // classes of a tag's place, in the order of trying

/**
 * Show a box with its tag for each mark; `placeMarks` puts them where they belong.
 *
 * @param {State} state
 * @param {(index: number) => void} onSelect
 */
export function renderMarks(state, onSelect) {
  for (const old of document.querySelectorAll(".mark")) old.remove();
  if (!state.reading || state.needsCopy) return;
  const holder = state.isDrawing ? $("surface") : $("stage");
  const { digits } = state.reading;
  const areMany = digits.filter((digit) => classOf(state, digit) === "no-digit").length > MANY;
  holder.append(...digits.map((digit, index) => {
    const tag = make("button", {
      type: "button", className: "tag", textContent: tagOf(state, digit), tabIndex: -1, ariaLabel: nameOf(state, index),
    });
    tag.addEventListener("click", () => onSelect(index));
    const kind = classOf(state, digit);
    const mark = make("div", { className: `mark ${kind}`, title: tipOf(state, digit) }, tag);
    mark.classList.toggle("selected", index === state.selected);
    mark.classList.toggle("quiet", areMany && kind === "no-digit");
    mark.box = digit.box;
    if (!state.isDrawing) mark.addEventListener("click", () => onSelect(index));
    return mark;
  }));
}

/**
 * Put the boxes where the marks are now, and each tag beside its box where it hides no other mark; where there is no
 * such place, the tag is shown when its mark is chosen or pointed at.
 *
 * @param {State} state
 * @param {number} scale CSS pixels of a unit of the sheet or a pixel of the picture
 */
export function placeMarks(state, scale) {
  const room = state.isDrawing ? ROOM_DRAWN : ROOM_PICTURE;
  const marks = [...document.querySelectorAll(".mark")];
  const boxes = marks.map(({ box }) => box.map((side, at) => side * scale + (at < 2 ? -room : room)));
  const taken = [];
  marks.forEach((mark, index) => {
    const [left, top, right, bottom] = boxes[index];
    Object.assign(mark.style, {
      left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px`,
    });
    const tags = placesOf(boxes[index], mark.textContent.length > 1 ? TAG.wide : TAG.narrow);
    const isFree = (tag) => tag[1] >= 0 && !boxes.some((box, other) => other !== index && overlap(tag, box))
      && !taken.some((other) => overlap(tag, other));
    const free = tags.findIndex(isFree);
    const chosen = free >= 0 ? free : Number(top < TAG.height);
    for (const name of ["low", "end"]) mark.classList.toggle(name, PLACES[chosen].includes(name));
    mark.classList.toggle("crowded", free < 0);
    if (free >= 0 && !mark.classList.contains("quiet")) taken.push(tags[free]);
  });
}

/** Where a tag can be, as `PLACES`. */
function placesOf([left, top, right, bottom], width) {
  const above = [top - TAG.height, top];
  const below = [bottom, bottom + TAG.height];
  return [[left, above], [left, below], [right - width, above], [right - width, below]].map(([x, [upper, lower]]) => (
    [x, upper, x + width, lower]));
}

const overlap = (one, other) => one[0] < other[2] && one[2] > other[0] && one[1] < other[3] && one[3] > other[1];
