// The collected corrections as a row of pictures, each of which can be removed.

import { $, make } from "./dom.js";
import { say } from "./words.js";

/** @typedef {import("./samples.js").Samples} Samples */

/**
 * @param {Samples} samples
 * @param {(ink: string) => void} onRemove
 */
export function renderCollection(samples, onRemove) {
  $("collection").hidden = samples.size === 0;
  $("samples").replaceChildren(...samples.entries.map(([ink, { label, url }]) => {
    const remove = make("button", {
      type: "button", className: "remove", textContent: "×", ariaLabel: say("removeSample", { label }),
    });
    remove.addEventListener("click", () => {
      onRemove(ink);
      (document.querySelector(".remove") ?? $("reading")).focus();
    });
    const text = make("span", { className: "sample-label", textContent: String(label), ariaHidden: "true" });
    return make("li", {}, make("img", { src: url, alt: say("sampleName", { label }) }), text, remove);
  }));
}
