// The reader in the browser: a picture goes to a worker of this page, and to nobody else.

import { Failure, NEEDS_SERVER, NO_READER } from "./api.js";
import { isDocument } from "./files.js";

/** @typedef {import("./api.js").Reading} Reading */
/** @typedef {import("./api.js").Wanted} Wanted */

let worker = null;
let newest = 0;
const waiting = new Map(); // by the number of a question, what takes its answer
const NO_PICTURE = 415;

/** Load the reader before the first question. */
export function prepare() {
  if (worker) return;
  worker = new Worker(new URL("../reader/worker.js", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }) => take(data));
  worker.addEventListener("error", () => giveUp());
}

function take({ id, reading, status, detail }) {
  const { resolve, reject } = waiting.get(id) ?? {};
  waiting.delete(id);
  if (reading) resolve?.(reading);
  else reject?.(new Failure(status, detail));
  if (status === NO_READER) giveUp();
}

/** End the worker, so that the next question starts another one; nobody is left waiting. */
function giveUp() {
  worker?.terminate();
  worker = null;
  for (const { reject } of waiting.values()) reject(new Failure(NO_READER, ""));
  waiting.clear();
}

/**
 * Read a picture here; arguments are those of `readPicture` of the service.
 *
 * @param {Blob} blob
 * @param {Wanted} wanted
 * @param {AbortSignal} [signal]
 * @returns {Promise<Reading>}
 * @throws {Failure}
 */
export function readHere(blob, { told = {} }, signal) {
  prepare();
  newest += 1;
  const id = newest;
  return new Promise((resolve, reject) => {
    const refuse = (error) => reject(error.status === NO_PICTURE && isDocument(blob)
      ? new Failure(NEEDS_SERVER, "") : error);
    waiting.set(id, { resolve, reject: refuse });
    signal?.addEventListener("abort", () => {
      if (!waiting.delete(id)) return;
      worker?.postMessage({ id });
      reject(new DOMException("", "AbortError"));
    });
    worker.postMessage({ id, blob, maxError: told.max_error ? Number(told.max_error) : null });
  });
}
