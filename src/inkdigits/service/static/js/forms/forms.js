// Where the page for forms starts: a blank form is shown, its fields are drawn and named, tried on a scan and saved.

import { $, announce, save } from "../dom.js";
import { showTheme, switchTheme } from "../theme.js";
import { say, showWords, switchLanguage } from "../words.js";
import { Board } from "./board.js";
import { Panel } from "./panel.js";
import { draftForm, readForm } from "./requests.js";
import { Template } from "./template.js";
import { hideTrial, showTrial } from "./trial.js";

/** The page's parts, and what the user can do with them. */
class FormsPage {
  #template = new Template();
  #selected = null;
  #blank = null; // the blank form as it is shown: a URL of its picture
  #trial = null; // what a scan was read as, with its picture
  #board;
  #panel;

  constructor() {
    const listeners = {
      onSelect: (field) => this.select(field), onChange: () => this.render(), onRemove: (field) => this.remove(field),
    };
    this.#board = new Board(this.#template, listeners);
    this.#panel = new Panel(this.#template, listeners);
  }

  /** Show a blank form, and the fields that are found on it. */
  async open(files) {
    const [blob] = files;
    if (!blob) return;
    if (!this.#blank) this.#template.size = $("form-paper").value.split(" ").map(Number);
    await this.#ask(async () => {
      const draft = await draftForm(blob, this.#template.size);
      this.#template.take(draft);
      this.#template.name = blob.name?.replace(/\.\w+$/, "") || this.#template.name;
      this.#blank = `data:image/png;base64,${draft.picture}`;
      this.#selected = null;
      this.showBlank();
      announce(say("formCount", { count: this.#template.fields.length }));
    });
  }

  /** Read a scan by the template as it is now. */
  async tryOn(files) {
    const [scan] = files;
    if (!scan) return;
    await this.#ask(async () => {
      const [form, draft] = await Promise.all([readForm(scan, this.#template.toToml()),
        draftForm(scan, this.#template.size)]);
      if (!form.fields) throw new Error(form.detail ?? form.title);
      this.#trial = { form, draft };
      this.render();
      announce(say("formTried", { count: Object.keys(form.fields).length }));
    });
  }

  async #ask(task) {
    $("form-problem").hidden = true;
    document.body.ariaBusy = "true";
    $("form-busy").hidden = false;
    try {
      await task();
    } catch (error) {
      $("form-problem").textContent = error.status === 0 ? say("problemGone") : error.message;
      $("form-problem").hidden = false;
    } finally {
      document.body.ariaBusy = "false";
      $("form-busy").hidden = true;
    }
  }

  showBlank() {
    this.#trial = null;
    this.render();
  }

  select(field) {
    this.#selected = field;
    this.render();
  }

  add() {
    this.select(this.#template.add());
    this.#board.focus(this.#selected);
  }

  remove(field) {
    this.#template.remove(field);
    this.select(null);
    $("add-field").focus();
  }

  download() {
    const name = this.#template.name.trim().replace(/[^\p{L}\p{N}_-]+/gu, "-") || "form";
    save(new Blob([this.#template.toToml()], { type: "application/toml" }), `${name}.toml`);
  }

  render() {
    $("form-chooser").hidden = Boolean(this.#blank);
    $("board").hidden = !this.#blank;
    $("form-panel").hidden = !this.#blank;
    this.#panel.render(this.#selected);
    if (this.#trial) {
      showTrial(this.#trial.draft, this.#trial.form);
      return;
    }
    hideTrial();
    if (this.#blank) $("form-picture").src = this.#blank;
    this.#board.render(this.#selected);
  }
}

function listenToFiles(page) {
  const inputs = { "form-file": (files) => page.open(files), "scan-file": (files) => page.tryOn(files) };
  for (const [id, take] of Object.entries(inputs)) {
    $(id).addEventListener("change", () => {
      take([...$(id).files]);
      $(id).value = ""; // so that the same file can be chosen again
    });
  }
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    page.open([...event.dataTransfer.files]);
  });
}

function start() {
  showWords();
  showTheme();
  const page = new FormsPage();
  const actions = {
    "choose-form": () => $("form-file").click(), "other-form": () => $("form-file").click(),
    "try-scan": () => $("scan-file").click(), "show-blank": () => page.showBlank(), "add-field": () => page.add(),
    "download-template": () => page.download(), theme: switchTheme,
    language: () => { switchLanguage(); showTheme(); page.render(); },
  };
  for (const [id, action] of Object.entries(actions)) $(id).addEventListener("click", action);
  listenToFiles(page);
  page.render();
}

start();
