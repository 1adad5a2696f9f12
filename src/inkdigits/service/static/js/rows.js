// A row for each page of a document: its number, what was read, and how many marks are unsure.

import { $, make } from "./dom.js";
import { numberText } from "./number.js";
import { titleOf } from "./result.js";
import { say } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./pages.js").Row} Row */

/**
 * Make the rows of a document.
 *
 * @param {State} state
 * @param {(page: number) => void} onChoose
 */
export function makeRows(state, onChoose) {
  const rows = state.pages?.rows ?? [];
  $("page-rows").replaceChildren(...rows.map(({ page }) => {
    const number = make("button", { type: "button", className: "page-number", textContent: String(page) });
    const row = make("tr", {}, make("th", { scope: "row" }, number), make("td"), make("td"));
    row.addEventListener("click", () => onChoose(page));
    return row;
  }));
  for (const row of rows) renderRow(state, row);
}

/**
 * Show what is known of a page now.
 *
 * @param {State} state
 * @param {Row} row
 */
export function renderRow(state, row) {
  const element = $("page-rows").children[row.page - 1];
  if (!element) return;
  const [number, text, unsure] = element.children;
  const isShown = row.page === state.picture?.page;
  number.firstChild.ariaLabel = say("showPage", { page: row.page });
  number.firstChild.ariaCurrent = isShown ? "page" : null;
  const count = countUnsure(state, row);
  element.className = [isShown && "shown", row.problem && "failed", count && "doubtful"].filter(Boolean).join(" ");
  text.textContent = textOf(state, row);
  text.title = row.problem?.detail ?? "";
  unsure.textContent = row.reading ? String(count) : "";
}

/** Show how far the reading is, and bring the row of the page that is shown into sight. */
export function renderProgress(state) {
  const { pages, isDrawing } = state;
  $("pages").hidden = isDrawing || !pages;
  if ($("pages").hidden) return;
  const { count, doneCount: done } = pages;
  const text = done === count ? say("pagesDone", { count }) : say("pagesProgress", { done, count });
  $("pages-progress").textContent = pages.isWaiting ? `${text} ${say("retrying")}` : text;
  Object.assign($("pages-bar"), { max: count, value: done });
  $("pages-bar").hidden = done === count;
  $("pages-stop").hidden = done === count;
  $("pages-stop").textContent = pages.isRunning ? say("pagesStop") : say("pagesGoOn");
}

/** Bring the row of the page that is shown into sight, without moving the window. */
export function scrollToRow({ picture }) {
  const [list, row] = [$("page-list"), $("page-rows").children[picture.page - 1]];
  const head = list.querySelector("thead").offsetHeight;
  if (row.offsetTop - head < list.scrollTop) list.scrollTop = row.offsetTop - head;
  const bottom = row.offsetTop + row.offsetHeight;
  if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight;
}

function textOf(state, row) {
  if (row.problem) return titleOf(row.problem);
  if (!row.reading) return "…";
  return numberText(viewOf(state, row)).replaceAll("\n", " · ") || say("blank");
}

function countUnsure(state, row) {
  const { sampleOf } = viewOf(state, row);
  return (row.reading?.digits ?? []).filter((digit) => digit.outcome === "unsure" && !sampleOf(digit)).length;
}

/** What `numberText` asks of a state, for a page that may not be shown. */
const viewOf = (state, { page, reading }) => ({ reading, sampleOf: (digit) => state.sampleOf(digit, page) });
