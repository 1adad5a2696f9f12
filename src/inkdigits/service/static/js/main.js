// Where the page starts: buttons, keys and files are connected with what the page does.

import { $ } from "./dom.js";
import { Page } from "./page.js";
import { listenToPadKeys, listenToPen } from "./pen.js";
import { getReady } from "./source.js";
import { showTheme, switchTheme } from "./theme.js";
import { listenToTold } from "./told.js";
import { showWords, switchLanguage } from "./words.js";

/** @param {Page} page */
function listenToButtons(page) {
  const { pad, viewer } = page;
  const actions = {
    "mode-draw": () => page.switchMode("draw"), "mode-picture": () => page.switchMode("picture"),
    pen: () => pad.useTool({ erases: false }), eraser: () => pad.useTool({ erases: true }),
    undo: () => pad.takeStep("undo"), redo: () => pad.takeStep("redo"), clear: () => pad.takeStep("clear"),
    choose: () => $("file").click(), photograph: () => $("camera").click(), "other-picture": () => $("file").click(),
    "zoom-in": () => viewer.zoomIn(), "zoom-out": () => viewer.zoomOut(), "zoom-fit": () => viewer.fit(),
    "save-picture": () => page.saveAnnotated(), why: () => page.toggleWhy(), retry: () => page.ask(),
    "pages-stop": () => page.paging.toggle(), download: () => page.download(), copy: () => page.copyNumber(),
  };
  for (const [id, action] of Object.entries(actions)) $(id).addEventListener("click", action);
  for (const dot of $("widths").children) {
    dot.addEventListener("click", () => pad.useTool({ width: Number(dot.dataset.width) }));
  }
}

/** @param {Page} page */
function listenToPreferences(page) {
  $("language").addEventListener("click", () => {
    switchLanguage();
    showTheme(); // its button has a text, too
    page.showWords();
  });
  $("theme").addEventListener("click", () => {
    switchTheme();
    page.pad.repaint(); // the ink has another color
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => page.pad.repaint());
}

/** @param {Page} page */
function listenToKeys(page) {
  document.addEventListener("keydown", (event) => {
    const isCommand = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (isCommand && page.isDrawing && (key === "z" || key === "y")) {
      event.preventDefault();
      page.pad.takeStep(key === "y" || event.shiftKey ? "redo" : "undo");
    } else if (!isCommand && !event.altKey && /^[0-9]$/.test(event.key)) {
      page.correct(Number(event.key));
    } else if (event.key === "Backspace") {
      page.takeBack();
    }
  });
  $("number").addEventListener("keydown", (event) => {
    if (page.walk(event.key)) event.preventDefault();
  });
}

/** @param {Page} page */
function listenToFiles(page) {
  const { body } = document;
  for (const id of ["file", "camera"]) {
    $(id).addEventListener("change", () => {
      page.showPicture([...$(id).files]);
      $(id).value = ""; // so that the same file can be chosen again
    });
  }
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) body.classList.remove("dropping"); });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    body.classList.remove("dropping");
    page.showPicture([...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (!files.length) return;
    event.preventDefault();
    page.showPicture(files);
  });
}

function start() {
  showWords();
  showTheme();
  const page = new Page();
  listenToPen(page.pad);
  listenToPadKeys(page.pad);
  page.viewer.listen();
  listenToButtons(page);
  listenToPreferences(page);
  listenToKeys(page);
  listenToFiles(page);
  listenToTold(() => page.tell());
  page.pad.showTools();
  page.render();
  getReady();
}

start();
