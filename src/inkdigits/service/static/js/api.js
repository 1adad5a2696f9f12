// The service: a picture is sent to POST v1/read as it is; its answer or the reason why there is none comes back.

import { clamp } from "./geometry.js";

/** @typedef {import("./geometry.js").Box} Box */

/**
 * What was read of a picture. docs/service.md describes all of its members; these are the ones that the page shows.
 *
 * @typedef {object} Reading
 * @property {Digit[]} digits
 * @property {{text: string, written: string, alternatives: {text: string, confidence: number}[]}[]} lines
 * @property {number} width of the picture in pixels
 * @property {number} height
 * @property {string} model
 * @property {number} [pages] of the file, where it has several
 * @property {string | null} [annotated] a PNG in base64, when it was asked for
 * @property {string | null} [original] a PNG in base64, when it was asked for
 * @property {{stages: {name: string, png: string}[], faults: string[]} | null} [explain] when it was asked for
 */

/**
 * @typedef {object} Digit a mark, which may be no digit
 * @property {Box} box in pixels of the picture
 * @property {number} line index of its line
 * @property {number} label 0 to 9
 * @property {number} confidence 0 to 1
 * @property {"digit" | "unsure" | "not_a_digit"} outcome
 * @property {string | null} reason why the outcome is not "digit"; docs/reasons.md lists them
 * @property {number} digit_probability probability that it is a digit at all
 * @property {number[]} probabilities of the ten labels
 * @property {import("../reader/decision/bands.js").Band} band how many digits that are as sure are right, at least
 */

/**
 * @typedef {object} Wanted beside the digits
 * @property {boolean} [explain] the stages between the picture and the answer
 * @property {boolean} [annotated] the picture with a box around each digit
 * @property {boolean} [original] the picture as the service decodes it
 * @property {number} [page] of a file of several, the one to read
 * @property {Object<string, string>} [told] what the user knows of the number, by the names of the service's options
 */

const NO_ANSWER = 0;
const RETRY_S = 3; // when the server does not say how long to wait
const LONGEST_RETRY_S = 30;
/** Status of a failure: the reader of the browser cannot be loaded. */
export const NO_READER = -2;
/** Status of a failure: the browser cannot open a PDF or TIFF, and there is no server that could. */
export const NEEDS_SERVER = -3;
const BUSY = 503;

/** The reason why there is no reading. */
export class Failure extends Error {
  /**
   * @param {number} status of HTTP; 0 when the server did not answer, -1 when the page itself failed, -2 when the
   *   reader cannot be loaded, -3 when the file needs a server
   * @param {string} detail what the server says, in English
   * @param {{retryAfter?: number, pages?: number}} [more] seconds to wait; how many pages the file has
   */
  constructor(status, detail, { retryAfter, pages } = {}) {
    super(detail);
    Object.assign(this, { status, detail, retryAfter, pages });
  }

  get isUnanswered() { return this.status === NO_ANSWER; }

  /** After how many milliseconds to try again. */
  get delayMs() { return 1000 * clamp(this.retryAfter || RETRY_S, 1, LONGEST_RETRY_S); }

  /** Whether the same request may succeed later. */
  get isPassing() { return [NO_ANSWER, NO_READER, BUSY].includes(this.status); }
}

/** The failure that an error is; an error of the page itself becomes one. */
export const toFailure = (error) => (error instanceof Failure ? error : new Failure(-1, String(error.message)));

/**
 * Let the service read a picture.
 *
 * @param {Blob} blob
 * @param {Wanted} wanted
 * @param {AbortSignal} [signal]
 * @returns {Promise<Reading>}
 * @throws {Failure}
 */
export async function askService(blob, { explain, annotated, original, page, told = {} }, signal) {
  const query = new URLSearchParams(told);
  if (page) query.set("page", page);
  if (original) query.set("original", "true");
  if (explain) query.set("explain", "true");
  if (annotated) query.set("picture", "true");
  const headers = { "Content-Type": blob.type || "application/octet-stream", Accept: "application/json" };
  let response;
  try {
    response = await fetch(`v1/read?${query}`, { method: "POST", body: blob, headers, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure(NO_ANSWER, "");
  }
  const answer = await response.json().catch(() => ({}));
  const first = answer.readings?.[0] ?? answer;
  if (!response.ok || !first.digits) {
    const retryAfter = Number(response.headers.get("Retry-After"));
    const { status = response.status, detail = first.title ?? "", pages } = first;
    throw new Failure(status, detail, { retryAfter, pages });
  }
  return first;
}
