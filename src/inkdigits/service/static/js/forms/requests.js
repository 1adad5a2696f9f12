// The service: a blank form is sent to POST v1/forms/draft, a scan with its template to POST v1/forms/read.

import { Failure } from "../api.js";

/**
 * @typedef {object} Draft
 * @property {[number, number]} size of the page, mm
 * @property {[number, number]} pixels of the picture that was sent
 * @property {{box: number[], cells: number[][], lines: string}[]} fields
 * @property {string} picture a PNG in base64
 */

/**
 * Find the fields of a blank form. The picture comes back, too, in a format that the browser can show.
 *
 * @param {Blob} blob
 * @param {[number, number]} size of the page, mm
 * @returns {Promise<Draft>}
 */
export function draftForm(blob, [width, height]) {
  const isPicture = /^image\/|^application\/pdf$/.test(blob.type);
  const headers = { "Content-Type": isPicture ? blob.type : "application/octet-stream" };
  return send(`forms/draft?${new URLSearchParams({ width, height })}`, { body: blob, headers });
}

/**
 * Read a scan's first page.
 *
 * @param {Blob} scan
 * @param {string} toml
 * @returns {Promise<object>} the first of the answer's forms; a problem when it cannot be read
 */
export async function readForm(scan, toml) {
  const body = new FormData();
  body.set("template", new Blob([toml]), "template.toml");
  body.set("scan", scan, "scan");
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
