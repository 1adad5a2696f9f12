// When the service is asked: once the pen rests, and of several requests only the newest one's answer counts.

import { $ } from "./dom.js";
import { readPicture } from "./source.js";

/** @typedef {import("./api.js").Reading} Reading */
/** @typedef {import("./api.js").Wanted} Wanted */

const PEN_RESTS_MS = 160;

/** Asks for what is shown, and hands on the answer to the newest request. */
export class Asker {
  #ticket = 0; // of the newest request
  #timer = 0;
  #request = null;
  #getPicture;
  #onReading;
  #onFailure;

  /**
   * @param {object} listeners
   * @param {() => Promise<{blob?: Blob} & Wanted>} listeners.getPicture what is shown now and what is wanted of it; no
   *   blob when there is nothing
   * @param {(reading: Reading, wanted: Wanted) => Promise<void>} listeners.onReading
   * @param {(error: Error) => void} listeners.onFailure
   */
  constructor({ getPicture, onReading, onFailure }) {
    this.#getPicture = getPicture;
    this.#onReading = onReading;
    this.#onFailure = onFailure;
  }

  /** Ask after a while, unless something else is asked before. */
  askSoon(delayMs = PEN_RESTS_MS) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.ask(), delayMs);
  }

  /** Ask for what is shown now. */
  async ask() {
    this.cancel();
    const [ticket, { signal }] = [this.#ticket, this.#request];
    const isNewest = () => ticket === this.#ticket;
    this.#showBusy(true);
    try {
      const { blob, ...wanted } = await this.#getPicture();
      if (!blob || !isNewest()) return;
      const reading = await readPicture(blob, wanted, signal);
      if (isNewest()) await this.#onReading(reading, wanted);
    } catch (error) {
      if (isNewest()) this.#onFailure(error);
    } finally {
      if (isNewest()) this.#showBusy(false);
    }
  }

  /** Forget what was asked or was to be asked. */
  cancel() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#request = new AbortController();
    this.#ticket += 1;
    this.#showBusy(false);
  }

  #showBusy(isBusy) {
    $("reading").setAttribute("aria-busy", String(isBusy));
  }
}
