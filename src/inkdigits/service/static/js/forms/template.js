// A form's template: its page, its fields, and the TOML file that `inkdigits form` reads.

/** @typedef {[number, number, number, number]} Place left, top, width, height in mm */

/**
 * @typedef {object} FieldSpec
 * @property {string} name
 * @property {Place} box
 * @property {number} cells how many digits it holds, one a cell; 0 where they stand on a line
 * @property {Place[] | null} places of the cells, where they are not spread evenly
 * @property {"boxes" | "comb" | "line" | "none"} lines which sides are printed
 * @property {string} pattern
 * @property {string} kind as "amount", or a date with its order, as "date dmy"
 * @property {string} check
 * @property {boolean} required
 */

const NEW_BOX = [40, 10]; // mm, width and height of a field that is added by a button
const MOST_CELLS = 64; // as the schema says
export const LEAST_SIDE = 3; // mm of a field

const round = (value) => Math.round(value * 100) / 100;
const row = (place) => `[${place.map(round).join(", ")}]`;
const quote = (text) => JSON.stringify(text); // a basic string of TOML has the same escapes

/** The template that is being made. */
export class Template {
  constructor() {
    this.name = "form";
    this.size = [210, 297]; // mm
    /** @type {FieldSpec[]} */
    this.fields = [];
  }

  /** Take what was found on a blank form. */
  take({ size, fields }) {
    this.size = size;
    this.fields = [];
    for (const { box, cells, lines } of fields) this.#push({ box, cells: cells.length, places: cells, lines });
  }

  #push(given) {
    const names = new Set(this.fields.map((field) => field.name));
    let number = this.fields.length + 1;
    while (names.has(`field${number}`)) number += 1;
    const empty = { cells: 0, places: null, lines: "boxes", pattern: "", kind: "", check: "", required: false };
    this.fields.push({ ...empty, ...given, name: `field${number}` });
    return this.fields.at(-1);
  }

  /** Add a field; without a box it lies in the middle of the page. */
  add(box) {
    const middle = this.size.map((side, axis) => (side - NEW_BOX[axis]) / 2);
    return this.#push({ box: this.#inside(box ?? [...middle, ...NEW_BOX]) });
  }

  remove(field) {
    this.fields = this.fields.filter((each) => each !== field);
  }

  /** Lay a field elsewhere. One that keeps its size keeps its cells, too; else they are spread evenly. */
  place(field, box) {
    const [before, now] = [field.box, this.#inside(box)];
    const isMoved = before[2] === now[2] && before[3] === now[3];
    const shift = (cell) => [cell[0] + now[0] - before[0], cell[1] + now[1] - before[1], cell[2], cell[3]];
    field.places = isMoved && field.places ? field.places.map(shift) : null;
    field.box = now;
  }

  #inside([left, top, width, height]) {
    const [w, h] = [width, height].map((side, axis) => Math.min(Math.max(side, LEAST_SIDE), this.size[axis]));
    return [Math.min(Math.max(left, 0), this.size[0] - w), Math.min(Math.max(top, 0), this.size[1] - h), w, h];
  }

  /** @param {Partial<FieldSpec>} change */
  change(field, change) {
    if (change.cells !== undefined && change.cells !== field.cells) field.places = null;
    Object.assign(field, change);
    field.cells = Math.min(Math.max(Math.round(field.cells) || 0, 0), MOST_CELLS);
  }

  /** @returns {Place[]} */
  cellsOf({ box, cells, places }) {
    const [left, top, width, height] = box;
    return places ?? Array.from({ length: cells }, (_, at) => [left + at * width / cells, top, width / cells, height]);
  }

  /** Names that are empty or stand twice: no table can have such columns. */
  get badNames() {
    const names = this.fields.map((field) => field.name.trim());
    return names.filter((name, at) => !name || names.indexOf(name) !== at);
  }

  toToml() {
    const lines = [`name = ${quote(this.name)}`, "", "[page]", `size = [${this.size.map(round).join(", ")}]  # mm`, "",
      "[registration]", 'by = "boxes"'];
    for (const field of this.fields) {
      const [kind, order] = field.kind.split(" ");
      lines.push("", "[[field]]", `name = ${quote(field.name.trim())}`, `box = ${row(field.box)}`);
      if (field.cells) lines.push(`cells = ${field.places ? `[${field.places.map(row).join(", ")}]` : field.cells}`);
      if (field.lines !== "boxes") lines.push(`lines = ${quote(field.lines)}`);
      for (const [key, value] of Object.entries({ pattern: field.pattern, kind, order, check: field.check })) {
        if (value) lines.push(`${key} = ${quote(value)}`);
      }
      if (field.required) lines.push("required = true");
    }
    return `${lines.join("\n")}\n`;
  }
}
