// The pages of a blank form: each is searched for fields, and shown as the service renders it.

import { say } from "../words.js";
import { draftForm } from "./requests.js";

/**
 * @typedef {object} BlankPage
 * @property {import("./requests.js").Draft} draft
 * @property {string} url of its picture
 */

const MOST_PAGES = 16; // of a form: as many as the service reads in a request

/** @param {File} file */
export const isToml = (file) => /\.toml$/i.test(file.name ?? "");

/**
 * Load all pages of a blank form.
 *
 * @param {File[]} blanks one document, or a picture for each page
 * @param {[number, number]} size of a page, mm
 * @param {(text: string) => void} onProgress
 * @returns {Promise<BlankPage[]>}
 */
export async function loadPages(blanks, size, onProgress) {
  const pages = [];
  for (const blank of blanks) {
    let count = 1;
    for (let page = 1; page <= count; page += 1) {
      const draft = await draftForm(blank, size, page);
      count = draft.pages;
      const all = pages.length + 1 + count - page;
      if (all > MOST_PAGES) throw new Error(say("formManyPages", { most: MOST_PAGES, found: all }));
      pages.push({ draft, url: `data:image/png;base64,${draft.picture}` });
      if (count > 1) onProgress(say("pagesProgress", { done: page, count }));
    }
  }
  return pages;
}
