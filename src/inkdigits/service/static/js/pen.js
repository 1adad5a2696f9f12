// Writing on the sheet: with mouse, pen or finger, or with the arrow keys and Space.

import { $ } from "./dom.js";
import { clamp } from "./geometry.js";

/** @typedef {import("./pad.js").Pad} Pad */

const MOUSE_PRESSURE = 0.5;
const ERASER_END = 5; // `button` of a pen that is held the other way round
const KEY_STEP = 12; // units of the sheet; with Shift the small one
const SMALL_KEY_STEP = 3;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Let mouse, pen and finger write.
 *
 * @param {Pad} pad
 */
export function listenToPen(pad) {
  const { canvas } = pad;
  let pointer = null; // the id of the one that writes; others, such as a palm, do not
  const toPoint = (event) => {
    const { left, top } = canvas.getBoundingClientRect();
    const pressure = event.pointerType === "pen" && event.pressure > 0 ? event.pressure : MOUSE_PRESSURE;
    return [(event.clientX - left) / pad.scale, (event.clientY - top) / pad.scale, pressure];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button > 0 && event.button !== ERASER_END) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    pad.endStroke(); // one that the keyboard had begun
    pad.beginStroke(toPoint(event), pad.tool.erases || event.button === ERASER_END);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer || !pad.isWriting) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) pad.extendStroke(toPoint(each));
  });
  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      pad.endStroke();
    });
  }
}

/**
 * Let the keyboard write: arrow keys move a crosshair, Space lowers and lifts the pen.
 *
 * @param {Pad} pad
 */
export function listenToPadKeys(pad) {
  const crosshair = $("crosshair");
  let at = null;
  const showCrosshair = () => {
    at ??= [pad.width * 0.4, pad.height * 0.3];
    crosshair.hidden = false;
    crosshair.style.transform = `translate(${at[0] * pad.scale}px, ${at[1] * pad.scale}px)`;
    crosshair.classList.toggle("down", pad.isWriting);
  };
  const move = ([x, y], step) => {
    at = [clamp(at[0] + x * step, 0, pad.width), clamp(at[1] + y * step, 0, pad.height)];
    if (pad.isWriting) pad.extendStroke([...at, MOUSE_PRESSURE]);
  };
  pad.canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key !== " " && !(event.key in MOVES)) return;
    event.preventDefault();
    showCrosshair();
    if (event.key !== " ") move(MOVES[event.key], event.shiftKey ? SMALL_KEY_STEP : KEY_STEP);
    else if (pad.isWriting) pad.endStroke();
    else pad.beginStroke([...at, MOUSE_PRESSURE]);
    showCrosshair();
  });
  pad.canvas.addEventListener("blur", () => {
    pad.endStroke();
    crosshair.hidden = true;
  });
}
