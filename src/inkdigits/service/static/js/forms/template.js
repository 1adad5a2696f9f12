// A form's template: its page, its fields, and the TOML file that `inkdigits form` reads.

/** @typedef {[number, number, number, number]} Place left, top, width, height in mm */

/**
 * @typedef {object} Registration what finds the page in a scan
 * @property {"marks" | "print" | "boxes"} by
 * @property {[number, number][]} marks mm
 * @property {number} mark_size mm
 * @property {boolean} ring
 * @property {string[]} blank names of files
 */

/**
 * @typedef {object} FieldSpec
 * @property {string} name
 * @property {Place} box
 * @property {number} cells how many digits it holds, one a cell; 0 where they stand on a line
 * @property {Place[] | null} places of the cells, where they are not spread evenly
 * @property {"boxes" | "comb" | "line" | "none"} lines which sides are printed
 * @property {string} pattern
 * @property {string} kind as "amount", or a date with its order, as "date dmy"
 * @property {number} page from 1
 * @property {object} kept what the page shows nothing of, by the names of the template
 * @property {string} check
 * @property {boolean} required
 */

const NEW_BOX = [40, 10]; // mm, width and height of a field that is added by a button
const APART = 0.5; // mm that a mark may lie apart on two pages of a form, as `inkdigits form new` has it
const EVEN = 0.01; // mm between cells that are spread evenly and where they are
const USUAL_SURE_FROM = 0.9;
const MOST_CELLS = 64; // as the schema says
export const LEAST_SIDE = 3; // mm of a field

const round = (value) => Math.round(value * 100) / 100;
const row = (place) => `[${place.map(round).join(", ")}]`;
const pointRow = (points) => `[${points.map(row).join(", ")}]`;
// a basic string of TOML has the same escapes, and holds no DEL
const quote = (text) => JSON.stringify(text).replaceAll("\x7f", "\\u007f");

/** The template that is being made. */
export class Template {
  constructor() {
    this.name = "form";
    this.size = [210, 297]; // mm
    this.page = 1; // that is shown
    /** @type {FieldSpec[]} */
    this.fields = [];
    /** @type {Registration} */
    this.registration = { by: "boxes" };
    this.rules = [];
    this.sureFrom = USUAL_SURE_FROM;
  }

  /**
   * Take what was found on the pages of a blank form.
   *
   * @param {import("./requests.js").Draft[]} drafts
   */
  take(drafts) {
    const [{ size, marks, mark_size, ring }] = drafts;
    const isCommon = marks.length && drafts.every((draft) => draft.ring === ring && areNear(draft.marks, marks));
    const registration = isCommon ? { by: "marks", marks, mark_size, ring } : { by: "boxes" };
    Object.assign(this, { size, page: 1, fields: [], registration, rules: [], sureFrom: USUAL_SURE_FROM });
    for (const [at, draft] of drafts.entries()) {
      for (const { box, cells, lines } of draft.fields) {
        this.#push({ box, cells: cells.length, places: cells.length ? cells : null, lines, page: at + 1 });
      }
    }
  }

  /**
   * Take what a template says.
   *
   * @param {import("./requests.js").Opened} opened
   */
  open({ name, size, registration, fields, rules, sure_from: sureFrom }) {
    Object.assign(this, { name, size, page: 1, registration, rules, sureFrom, fields: [] });
    for (const { label, crosses, length, handwritten, cells, kind, order, ...told } of fields) {
      const kept = { label: label === told.name ? null : label, crosses: crosses === "doubt" ? null : crosses, length,
        handwritten: handwritten || null };
      const field = { ...told, cells: cells.length, places: null, kept, pattern: told.pattern ?? "",
        kind: [kind, order].filter(Boolean).join(" "), check: told.check ?? "" };
      const isEven = this.cellsOf(field).every((cell, at) => areNear([cell], [cells[at]], EVEN));
      this.fields.push({ ...field, places: isEven ? null : cells });
    }
  }

  /** The fields of the page that is shown. */
  get fieldsHere() { return this.fields.filter((field) => field.page === this.page); }

  #push(given) {
    const names = new Set(this.fields.map((field) => field.name));
    let number = this.fields.length + 1;
    while (names.has(`field${number}`)) number += 1;
    const empty = { cells: 0, places: null, lines: "boxes", pattern: "", kind: "", check: "", required: false,
      page: this.page, kept: {} };
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

  /** Let the page have another size; all stays where it is on the picture. */
  resize(axis, side) {
    const before = this.size[axis];
    const stretch = (place) => place.map((value, at) => (at % 2 === axis ? value * side / before : value));
    this.size = this.size.map((value, at) => (at === axis ? side : value));
    for (const field of this.fields) {
      field.box = stretch(field.box);
      field.places = field.places?.map(stretch) ?? null;
    }
    const { marks } = this.registration;
    if (!marks?.length) return;
    const size = this.registration.mark_size * Math.sqrt(side / before); // a square stretched along one of its axes
    Object.assign(this.registration, { marks: marks.map(stretch), mark_size: size });
  }

  toToml() {
    const lines = [`name = ${quote(this.name)}`];
    if (this.rules.length) lines.push(`rules = [${this.rules.map(quote).join(", ")}]`);
    if (this.sureFrom !== USUAL_SURE_FROM) lines.push(`sure_from = ${this.sureFrom}`);
    lines.push("", "[page]", `size = ${row(this.size)}  # mm`, "", ...this.#describeRegistration());
    for (const field of this.fields) {
      const [kind, order] = field.kind.split(" ");
      lines.push("", "[[field]]", `name = ${quote(field.name.trim())}`, `box = ${row(field.box)}`);
      if (field.cells) lines.push(`cells = ${field.places ? `[${field.places.map(row).join(", ")}]` : field.cells}`);
      if (field.lines !== "boxes") lines.push(`lines = ${quote(field.lines)}`);
      for (const [key, value] of Object.entries({ pattern: field.pattern, kind, order, check: field.check })) {
        if (value) lines.push(`${key} = ${quote(value)}`);
      }
      if (field.required) lines.push("required = true");
      if (field.page > 1) lines.push(`page = ${field.page}`);
      for (const [key, value] of Object.entries(field.kept)) {
        if (value !== null) lines.push(`${key} = ${JSON.stringify(value)}`);
      }
    }
    return `${lines.join("\n")}\n`;
  }

  #describeRegistration() {
    const { by, marks = [], mark_size: side, ring, blank = [] } = this.registration;
    const lines = ["[registration]", `by = ${quote(by)}`];
    if (marks.length) lines.push(`marks = ${pointRow(marks)}`, `mark_size = ${round(side)}`);
    if (marks.length && !ring) lines.push("ring = false");
    if (blank.length) lines.push(`blank = [${blank.map(quote).join(", ")}]`);
    return lines;
  }
}

/** Whether places are the same, but for so many millimeters. */
function areNear(some, others, apart = APART) {
  return some.length === others.length
    && some.every((place, at) => place.every((value, axis) => Math.abs(value - others[at][axis]) <= apart));
}
