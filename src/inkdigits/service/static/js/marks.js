// Boxes on the sheet or on the picture. Their tags can be clicked; on the sheet the boxes let the pen through.

import { $, make } from "./dom.js";
import { classOf, nameOf, tagOf, tipOf } from "./glyphs.js";

/** @typedef {import("./state.js").State} State */

const ROOM_DRAWN = 3; // CSS pixels between a box and its ink, so that it does not lie on it
const ROOM_PICTURE = 1;
const TAG_HEIGHT = 30; // CSS pixels; a box nearer to the top has its tag below

/**
 * Show a box with its tag for each mark; `placeMarks` puts them where they belong.
 *
 * @param {State} state
 * @param {(index: number) => void} onSelect
 */
export function renderMarks(state, onSelect) {
  for (const old of document.querySelectorAll(".mark")) old.remove();
  if (!state.reading || state.showsCopy) return;
  const holder = state.isDrawing ? $("surface") : $("stage");
  holder.append(...state.reading.digits.map((digit, index) => {
    const tag = make("button", {
      type: "button", className: "tag", textContent: tagOf(state, digit), tabIndex: -1, ariaLabel: nameOf(state, index),
    });
    tag.addEventListener("click", () => onSelect(index));
    const mark = make("div", { className: `mark ${classOf(state, digit)}`, title: tipOf(state, digit) }, tag);
    mark.classList.toggle("selected", index === state.selected);
    mark.box = digit.box;
    if (!state.isDrawing) mark.addEventListener("click", () => onSelect(index));
    return mark;
  }));
}

/**
 * Put the boxes where the marks are now.
 *
 * @param {State} state
 * @param {number} scale CSS pixels of a unit of the sheet or a pixel of the picture
 */
export function placeMarks(state, scale) {
  const room = state.isDrawing ? ROOM_DRAWN : ROOM_PICTURE;
  for (const mark of document.querySelectorAll(".mark")) {
    const [left, top, right, bottom] = mark.box;
    mark.classList.toggle("low", top * scale < TAG_HEIGHT);
    Object.assign(mark.style, {
      left: `${left * scale - room}px`, top: `${top * scale - room}px`,
      width: `${(right - left) * scale + 2 * room}px`, height: `${(bottom - top) * scale + 2 * room}px`,
    });
  }
}
