// The service: a picture is sent to POST v1/read as it is; its answer or the reason why there is none comes back.

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
 * @property {number} [pageCount] of the document; of several pages, this is the first
 * @property {string | null} [annotated] a PNG in base64, when it was asked for
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
 */

/**
 * @typedef {object} Wanted beside the digits
 * @property {boolean} [explain] the stages between the picture and the answer
 * @property {boolean} [annotated] the picture with a box around each digit
 * @property {Object<string, string>} [told] what the user knows of the number, by the names of the service's options
 */

const NO_ANSWER = 0;
/** Status of a failure: the reader of the browser cannot be loaded. */
export const NO_READER = -2;
const BUSY = 503;

/** The reason why there is no reading. */
export class Failure extends Error {
  /**
   * @param {number} status of HTTP; 0 when the server did not answer, -1 when the page itself failed, -2 when the
   *   reader cannot be loaded
   * @param {string} detail what the server says, in English
   * @param {number} [retryAfter] seconds
   */
  constructor(status, detail, retryAfter) {
    super(detail);
    this.status = status;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }

  get isUnanswered() { return this.status === NO_ANSWER; }

  /** Whether the same request may succeed later. */
  get isPassing() { return [NO_ANSWER, NO_READER, BUSY].includes(this.status); }
}

/**
 * Let the service read a picture.
 *
 * @param {Blob} blob
 * @param {Wanted} wanted
 * @param {AbortSignal} [signal]
 * @returns {Promise<Reading>}
 * @throws {Failure}
 */
export async function askService(blob, { explain = false, annotated = false, told = {} }, signal) {
  const query = new URLSearchParams(told);
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
    throw new Failure(first.status ?? response.status, first.detail ?? first.title ?? "", retryAfter);
  }
  return { ...first, pageCount: answer.readings?.length ?? 1 };
}
