// The page of a form on the screen: its fields are drawn, moved and resized by mouse, finger and keyboard.

import { $, make } from "../dom.js";
import { say } from "../words.js";
import { LEAST_SIDE } from "./template.js";

/** @typedef {import("./template.js").Template} Template */
/** @typedef {import("./template.js").FieldSpec} FieldSpec */

const STEP = 0.5; // mm that an arrow key moves
const MOVES = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

const percent = (value, all) => `${100 * value / all}%`;

/** Lay an element on a picture. */
export function layOn(element, [left, top, width, height], [wide, high]) {
  Object.assign(element.style, {
    left: percent(left, wide), top: percent(top, high), width: percent(width, wide), height: percent(height, high),
  });
}

/** Shows a template's fields on the page's picture, and lets them be changed. */
export class Board {
  #template;
  #listeners;
  #selected = null;
  #drag = null; // how the pointer changes a box: {field, from: [x, y], box, resizes}

  /**
   * @param {Template} template
   * @param {object} listeners
   * @param {(field: FieldSpec | null) => void} listeners.onSelect
   * @param {() => void} listeners.onChange after a field was drawn, moved or resized
   * @param {(field: FieldSpec) => void} listeners.onRemove when its key was pressed
   */
  constructor(template, listeners) {
    this.#template = template;
    this.#listeners = listeners;
    this.place = $("board");
    this.place.addEventListener("pointerdown", (event) => this.#begin(event));
    this.place.addEventListener("pointermove", (event) => this.#drawOn(event));
    for (const name of ["pointerup", "pointercancel"]) this.place.addEventListener(name, () => this.#end());
    $("boxes").addEventListener("keydown", (event) => this.#press(event));
  }

  /** Show all fields; the selected one has a handle. */
  render(selected) {
    this.#selected = selected;
    const focused = document.activeElement?.dataset?.at;
    $("boxes").replaceChildren(...this.#template.fieldsHere.map((field) => this.#makeBox(field)));
    if (focused !== undefined) $("boxes").querySelector(`[data-at="${focused}"]`)?.focus();
  }

  /** Give a field the focus, so that keys move it. */
  focus(field) {
    $("boxes").querySelector(`[data-at="${this.#template.fields.indexOf(field)}"]`)?.focus();
  }

  #makeBox(field) {
    const { size } = this.#template;
    const box = make("button", { type: "button", className: `field-box ${field.lines}` });
    box.dataset.at = this.#template.fields.indexOf(field);
    box.ariaLabel = say("formBox", { name: field.name });
    box.ariaPressed = String(field === this.#selected);
    layOn(box, field.box, size);
    for (const cell of this.#template.cellsOf(field)) {
      const part = make("span", { className: "field-cell" });
      const inner = [cell[0] - field.box[0], cell[1] - field.box[1], cell[2], cell[3]];
      layOn(part, inner, [field.box[2], field.box[3]]);
      box.append(part);
    }
    box.append(make("span", { className: "field-name", textContent: field.name }));
    if (field === this.#selected) box.append(make("span", { className: "field-handle" }));
    box.addEventListener("focus", () => { if (field !== this.#selected) this.#listeners.onSelect(field); });
    return box;
  }

  /** Where a pointer is on the page, mm. */
  #toPage(event) {
    const { left, top, width, height } = this.place.getBoundingClientRect();
    const [wide, high] = this.#template.size;
    return [(event.clientX - left) / width * wide, (event.clientY - top) / height * high];
  }

  #begin(event) {
    if (event.button !== 0 || this.place.classList.contains("shows-scan")) return;
    event.preventDefault();
    const from = this.#toPage(event);
    const hit = event.target.closest(".field-box");
    const resizes = event.target.classList.contains("field-handle");
    const field = hit ? this.#template.fields[Number(hit.dataset.at)] : null;
    this.#drag = { field, from, box: field?.box, resizes: resizes || !field };
    this.place.setPointerCapture(event.pointerId);
    if (field !== this.#selected) this.#listeners.onSelect(field);
    if (field) this.focus(field);
  }

  #drawOn(event) {
    const drag = this.#drag;
    if (!drag) return;
    const to = this.#toPage(event);
    const [x, y] = [to[0] - drag.from[0], to[1] - drag.from[1]];
    if (!drag.field) {
      if (Math.abs(x) < LEAST_SIDE || Math.abs(y) < LEAST_SIDE) return; // a click draws no field
      drag.field = this.#template.add([...drag.from, LEAST_SIDE, LEAST_SIDE]);
      drag.isNew = true;
      this.#listeners.onSelect(drag.field);
    }
    const corner = [Math.min(to[0], drag.from[0]), Math.min(to[1], drag.from[1])];
    const box = drag.isNew ? [...corner, Math.abs(x), Math.abs(y)]
      : drag.resizes ? [drag.box[0], drag.box[1], drag.box[2] + x, drag.box[3] + y]
        : [drag.box[0] + x, drag.box[1] + y, drag.box[2], drag.box[3]];
    this.#template.place(drag.field, box);
    this.#listeners.onChange();
  }

  #end() {
    const drag = this.#drag;
    this.#drag = null;
    if (drag?.isNew) this.focus(drag.field);
  }

  #press(event) {
    const field = this.#selected;
    const move = MOVES[event.key];
    if (!field || event.ctrlKey || event.metaKey || event.altKey) return;
    if (move) {
      const [left, top, width, height] = field.box;
      const [x, y] = move;
      const resized = [left, top, width + x, height + y];
      this.#template.place(field, event.shiftKey ? resized : [left + x, top + y, width, height]);
      this.#listeners.onChange();
    } else if (event.key === "Delete") {
      this.#listeners.onRemove(field);
    } else {
      return;
    }
    event.preventDefault();
  }
}
