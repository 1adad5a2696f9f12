// Reads pictures beside the page, so that the pen never waits: a message asks, a message answers.

import { decode } from "./pictures/decoding.js";
import { openReader } from "./reader.js";

/**
 * @typedef {object} Question
 * @property {number} id
 * @property {Blob} [blob] the picture to read; none forgets the question of that id
 * @property {number | null} [maxError] the largest share of wrong answers
 * @property {boolean} [isSingle] whether the picture holds exactly one digit
 */

const NO_READER = -2;
const FAULT = -1;
const here = (folder) => new URL(`../${folder}/`, import.meta.url);
const opening = openReader(here("runtime"), here("weights"));
const forgotten = new Set();
let waiting = 0;
let last = opening.then((reader) => {
  if (!waiting) return reader.warmUp();
}).catch(() => null);

self.addEventListener("message", ({ data }) => {
  if (!data.blob) {
    forgotten.add(data.id);
    return;
  }
  waiting += 1;
  last = last.then(() => answer(data));
});

/** @param {Question} question */
async function answer({ id, ...question }) {
  waiting -= 1;
  if (forgotten.delete(id)) return;
  try {
    self.postMessage({ id, reading: await read(question) });
  } catch (error) {
    self.postMessage({ id, status: error.status ?? FAULT, detail: error.message });
  }
}

async function read({ blob, maxError, isSingle }) {
  const reader = await opening.catch((error) => { throw Object.assign(error, { status: NO_READER }); });
  reader.setMaxError(maxError ?? null);
  const gray = await decode(blob);
  return isSingle ? reader.readDigit(gray) : reader.read(gray);
}
