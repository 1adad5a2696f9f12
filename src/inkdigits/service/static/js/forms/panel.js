// Beside the page of a form: its name and size, the list of its fields, and all that is known of the chosen one.

import { $, make } from "../dom.js";
import { say } from "../words.js";

/** @typedef {import("./template.js").Template} Template */
/** @typedef {import("./template.js").FieldSpec} FieldSpec */

const INPUTS = {  // of the chosen field: the element's id and the member it shows
  "field-name": "name", "field-cells": "cells", "field-lines": "lines", "field-pattern": "pattern",
  "field-kind": "kind", "field-check": "check",
};

const BY_WORDS = { marks: "formByMarks", boxes: "formByBoxes", print: "formByPrint" };

/** Shows the template in words, and lets it be changed. */
export class Panel {
  #template;
  #listeners;
  #selected = null;

  /**
   * @param {Template} template
   * @param {object} listeners
   * @param {(field: FieldSpec) => void} listeners.onSelect
   * @param {() => void} listeners.onChange
   * @param {(field: FieldSpec) => void} listeners.onRemove
   */
  constructor(template, listeners) {
    this.#template = template;
    this.#listeners = listeners;
    $("form-name").addEventListener("input", () => { template.name = $("form-name").value; });
    for (const [axis, id] of ["form-width", "form-height"].entries()) {
      $(id).addEventListener("change", () => this.#resize(axis, $(id)));
    }
    for (const [id, member] of Object.entries(INPUTS)) {
      const read = () => (member === "cells" ? Number($(id).value) : $(id).value);
      $(id).addEventListener("input", () => this.#change({ [member]: read() }));
    }
    $("form-rules").addEventListener("input", () => {
      template.rules = $("form-rules").value.split("\n").map((rule) => rule.trim()).filter(Boolean);
    });
    $("field-required").addEventListener("change", () => this.#change({ required: $("field-required").checked }));
    $("field-remove").addEventListener("click", () => { if (this.#selected) listeners.onRemove(this.#selected); });
  }

  #change(change) {
    if (!this.#selected) return;
    this.#template.change(this.#selected, change);
    this.#listeners.onChange();
  }

  /** Let the page have another size; the fields stay where they are on the picture. */
  #resize(axis, input) {
    const side = Number(input.value) || this.#template.size[axis];
    this.#template.resize(axis, Math.min(Math.max(side, Number(input.min)), Number(input.max)));
    this.#listeners.onChange();
  }

  /** Show everything; what the user is typing in stays as it is. */
  render(selected) {
    this.#selected = selected;
    this.#fill("form-name", this.#template.name);
    this.#fill("form-width", String(this.#template.size[0]));
    this.#fill("form-height", String(this.#template.size[1]));
    this.#fill("form-rules", this.#template.rules.join("\n"));
    const { by, blank = [] } = this.#template.registration;
    $("form-by").textContent = say(BY_WORDS[by], { files: blank.join(", ") });
    $("form-fields").replaceChildren(...this.#template.fields.map((field) => this.#makeItem(field)));
    $("form-count").textContent = say("formCount", { count: this.#template.fields.length });
    $("field").hidden = !selected;
    $("form-draw").hidden = Boolean(selected);
    if (selected) {
      for (const [id, member] of Object.entries(INPUTS)) this.#fill(id, String(selected[member]));
      $("field-required").checked = selected.required;
    }
    const bad = this.#template.badNames;
    $("field-name").setAttribute("aria-invalid", String(Boolean(selected && bad.includes(selected.name.trim()))));
    $("bad-names").hidden = bad.length === 0;
    const isReady = this.#template.fields.length > 0 && bad.length === 0;
    for (const id of ["try-scan", "download-template"]) $(id).disabled = !isReady;
  }

  #fill(id, value) {
    if ($(id) !== document.activeElement) $(id).value = value;
  }

  #makeItem(field) {
    const cells = field.cells ? say("formCells", { count: field.cells }) : say("formOnLine");
    const isElsewhere = field.page !== this.#template.page;
    const told = isElsewhere ? `${cells} · ${say("formPageOf", { page: field.page })}` : cells;
    const button = make("button", { type: "button" }, make("span", { textContent: field.name }),
      make("small", { textContent: told }));
    button.ariaPressed = String(field === this.#selected);
    button.addEventListener("click", () => this.#listeners.onSelect(field));
    return make("li", {}, button);
  }
}
