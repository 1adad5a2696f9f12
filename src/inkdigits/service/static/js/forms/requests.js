// The service: a blank form is sent to POST v1/forms/draft, a scan with its template to POST v1/forms/read.

import { Failure } from "../api.js";

/**
 * @typedef {object} Draft
 * @property {[number, number]} size of the page, mm
 * @property {number} pages of the file
 * @property {[number, number][]} marks in its corners, from top left by the clock; none where there are not four
 * @property {number | null} mark_size mm
 * @property {boolean | null} ring whether the first mark has a light middle
 * @property {[number, number]} pixels of the picture that was sent
 * @property {{box: number[], cells: number[][], lines: string}[]} fields
 * @property {string} picture a PNG in base64
 */

/**
 * @typedef {object} Opened what a template says
 * @property {string} name
 * @property {[number, number]} size of a page, mm
 * @property {number} pages
 * @property {import("./template.js").Registration} registration
 * @property {object[]} fields by the names of the template
 * @property {string[]} rules
 * @property {number} sure_from
 */

/**
 * Find the fields of a page of a blank form. The picture comes back, too, in a format that the browser can show.
 *
 * @param {Blob} blob
 * @param {[number, number]} size of the page, mm
 * @param {number} [page] from 1
 * @returns {Promise<Draft>}
 */
export function draftForm(blob, [width, height], page = 1) {
  const isPicture = /^image\/|^application\/pdf$/.test(blob.type);
  const headers = { "Content-Type": isPicture ? blob.type : "application/octet-stream" };
  return send(`forms/draft?${new URLSearchParams({ width, height, page })}`, { body: blob, headers });
}

/**
 * Open a template.
 *
 * @param {Blob} toml
 * @returns {Promise<Opened>}
 */
export function openTemplate(toml) {
  const body = new FormData();
  body.set("template", toml, "template.toml");
  return send("forms/template", { body });
}

/**
 * Read a scan's first page.
 *
 * @param {Blob} scan
 * @param {string} toml
 * @param {Blob[]} blanks files of the blank form, where the template registers by their print
 * @returns {Promise<object>} the first of the answer's forms; a problem when it cannot be read
 */
export async function readForm(scan, toml, blanks) {
  const body = new FormData();
  body.set("template", new Blob([toml]), "template.toml");
  body.set("scan", scan, "scan");
  for (const blank of blanks) body.append("blank", blank, "blank");
  return (await send("forms/read", { body })).forms[0];
}

async function send(place, request) {
  let response;
  try {
    response = await fetch(`v1/${place}`, { method: "POST", ...request });
  } catch {
    throw new Failure(0, "");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Failure(answer.status ?? response.status, answer.detail ?? answer.title ?? "");
  return answer;
}
