// Where the page for forms starts: a blank form is shown, its fields are drawn and named, tried on a scan and saved.

import { $, announce, save } from "../dom.js";
import { showTheme, switchTheme } from "../theme.js";
import { say, showWords, switchLanguage } from "../words.js";
import { Board } from "./board.js";
import { Panel } from "./panel.js";
import { isToml, loadPages } from "./pages.js";
import { draftForm, openTemplate, readForm } from "./requests.js";
import { Template } from "./template.js";
import { hideTrial, showTrial } from "./trial.js";

/** The page's parts, and what the user can do with them. */
class FormsPage {
  #template = new Template();
  #selected = null;
  /** @type {import("./pages.js").BlankPage[]} */
  #pages = [];
  #blanks = []; // the files that they come from
  #opened = null; // a template that waits for its blank form
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

  /** Show a blank form with the fields that are found on it, or with those of a template that was given with it. */
  async open(files) {
    const [toml, blanks] = [files.find(isToml), files.filter((file) => !isToml(file))];
    if (!files.length) return;
    await this.#ask(async () => {
      const opened = toml ? await openTemplate(toml) : this.#opened;
      if (blanks.length) {
        await this.#show(blanks, opened);
      } else {
        this.#opened = opened;
        this.render(); // asks for the blank form
      }
    });
  }

  async #show(blanks, opened) {
    const paper = $("form-paper").value.split(" ").map(Number);
    const size = opened?.size ?? (this.#pages.length ? this.#template.size : paper);
    const pages = await loadPages(blanks, size, (text) => { $("form-busy").textContent = text; });
    if (opened && opened.pages > pages.length) {
      throw new Error(say("formFewPages", { count: opened.pages, found: pages.length }));
    }
    if (opened) this.#template.open(opened);
    else this.#template.take(pages.map(({ draft }) => draft));
    if (!opened) this.#template.name = blanks[0].name?.replace(/\.\w+$/, "") || this.#template.name;
    [this.#pages, this.#blanks, this.#opened, this.#selected] = [pages, blanks, null, null];
    this.showBlank();
    announce(say("formCount", { count: this.#template.fields.length }));
  }

  /** Open no template after all; what was shown before is shown again. */
  forget() {
    this.#opened = null;
    this.render();
  }

  /** Show another page of the form, `step` after this one. */
  turn(step) {
    this.#template.page += step;
    this.#selected = null;
    this.showBlank();
  }

  /** Read a scan by the template as it is now. */
  async tryOn(files) {
    const [scan] = files;
    if (!scan) return;
    await this.#ask(async () => {
      const blanks = this.#template.registration.by === "print" ? this.#blanks : [];
      const [form, draft] = await Promise.all([readForm(scan, this.#template.toToml(), blanks),
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
    $("form-busy").textContent = say("formBusy");
    $("form-busy").hidden = false;
    try {
      await task();
    } catch (error) {
      $("form-problem").textContent = error.status === 0 ? say("problemGone") : error.message;
      $("form-problem").hidden = false;
      $("form-problem").scrollIntoView({ block: "nearest" });
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
    if (field) this.#template.page = field.page;
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

  /** Let the user save the template, unless something is wrong with it. */
  async download() {
    const name = this.#template.name.trim().replace(/[^\p{L}\p{N}_-]+/gu, "-") || "form";
    const toml = new Blob([this.#template.toToml()], { type: "application/toml" });
    await this.#ask(async () => {
      await openTemplate(toml);
      save(toml, `${name}.toml`);
    });
  }

  render() {
    const [isShown, { page }] = [this.#pages.length > 0 && !this.#opened, this.#template];
    $("form-chooser").hidden = isShown;
    $("form-waiting").hidden = !this.#opened;
    if (this.#opened) $("form-waiting").textContent = say("formWaiting", { name: this.#opened.name });
    $("forget-template").hidden = !this.#opened;
    $("form-paper-choice").hidden = Boolean(this.#opened); // the template has its size
    $("board").hidden = !isShown;
    $("form-panel").hidden = !isShown;
    $("form-pager").hidden = this.#pages.length < 2;
    $("page-at").textContent = say("formPageAt", { page, count: this.#pages.length });
    $("page-before").disabled = page <= 1;
    $("page-after").disabled = page >= this.#pages.length;
    this.#panel.render(this.#selected);
    if (this.#trial) {
      showTrial(this.#trial.draft, this.#trial.form);
      return;
    }
    hideTrial();
    if (isShown) $("form-picture").src = this.#pages[page - 1].url;
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
    "forget-template": () => page.forget(), "page-before": () => page.turn(-1), "page-after": () => page.turn(1),
    "try-scan": () => $("scan-file").click(), "show-blank": () => page.showBlank(), "add-field": () => page.add(),
    "download-template": () => page.download(), theme: switchTheme,
    language: () => { switchLanguage(); showTheme(); page.render(); },
  };
  for (const [id, action] of Object.entries(actions)) $(id).addEventListener("click", action);
  listenToFiles(page);
  page.render();
}

start();
