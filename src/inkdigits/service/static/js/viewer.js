// The picture that the user gave: shown, zoomed and moved.

import { $ } from "./dom.js";
import { clamp } from "./geometry.js";
import { scalePercent } from "./words.js";

const ZOOM_STEP = 1.25;
const MOVE_STEP = 40; // CSS pixels
const SIDE_ROOM = 20; // CSS pixels left free beside a picture that is fitted
const TOP_ROOM = 72; // for the switch between drawing and picture
const MOST_FIT = 4; // times its own size, of a small picture that is fitted
const STILL_SEEN = 40; // CSS pixels of the picture that cannot be moved out of the window
const COARSE = 4; // from this scale on pixels are shown as squares

/** The picture in its place, and how much of it is seen. */
export class Viewer {
  #x = 0; // of the picture's corner in the viewer, in CSS pixels
  #y = 0;
  #fitScale = 1;
  #onMove;

  /** @param {() => void} onMove after the picture was moved or zoomed */
  constructor(onMove) {
    this.#onMove = onMove;
    this.place = $("viewer");
    this.image = $("shown");
    this.scale = 1; // CSS pixels of a pixel of the picture
  }

  /**
   * Load a picture; `fit` then shows it.
   *
   * @param {string} url
   * @param {string} alt
   * @returns {Promise<boolean>} whether the browser can show it
   */
  load(url, alt) {
    Object.assign(this.image, { src: url, alt });
    return this.image.decode().then(() => true, () => false);
  }

  /** Show no picture, until one is loaded. */
  clear() {
    this.image.removeAttribute("src");
    $("stage").hidden = true;
  }

  /** Show all of the picture, in the middle. */
  fit() {
    const { clientWidth, clientHeight, offsetTop } = this.place;
    const { naturalWidth, naturalHeight } = this.image;
    $("stage").hidden = !naturalWidth;
    if (!naturalWidth || !clientWidth) return;
    const below = Math.max(SIDE_ROOM, offsetTop + clientHeight - $("picture-tools").offsetTop + 16);
    const [width, height] = [clientWidth - 2 * SIDE_ROOM, clientHeight - TOP_ROOM - below];
    this.#fitScale = Math.min(width / naturalWidth, height / naturalHeight, MOST_FIT);
    this.scale = this.#fitScale;
    this.#x = (clientWidth - naturalWidth * this.scale) / 2;
    this.#y = TOP_ROOM + (height - naturalHeight * this.scale) / 2;
    this.#show();
  }

  zoomIn() { this.#zoomBy(ZOOM_STEP); }
  zoomOut() { this.#zoomBy(1 / ZOOM_STEP); }

  /** Zoom by a factor and keep the point (x, y) of the viewer, in CSS pixels, where it is. */
  #zoomBy(factor, x = this.place.clientWidth / 2, y = this.place.clientHeight / 2) {
    const scale = clamp(this.scale * factor, this.#fitScale / 2, Math.max(12, this.#fitScale * 8));
    this.#x = x - (x - this.#x) * scale / this.scale;
    this.#y = y - (y - this.#y) * scale / this.scale;
    this.scale = scale;
    this.#show();
  }

  #moveBy(x, y) {
    this.#x += x;
    this.#y += y;
    this.#show();
  }

  #show() {
    const { naturalWidth, naturalHeight } = this.image;
    const { clientWidth, clientHeight } = this.place;
    const [width, height] = [naturalWidth * this.scale, naturalHeight * this.scale];
    this.#x = clamp(this.#x, STILL_SEEN - width, clientWidth - STILL_SEEN);
    this.#y = clamp(this.#y, STILL_SEEN - height, clientHeight - STILL_SEEN);
    const transform = `translate(${this.#x}px, ${this.#y}px)`;
    Object.assign($("stage").style, { width: `${width}px`, height: `${height}px`, transform });
    $("stage").classList.toggle("close", this.scale >= COARSE);
    $("zoom").textContent = scalePercent(this.scale);
    this.#onMove();
  }

  /** Let wheel, fingers and keys zoom and move. */
  listen() {
    this.#listenToPointers();
    this.place.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.#zoomBy(Math.exp(-event.deltaY / 400), ...this.#toPlace(event));
    }, { passive: false });
    const actions = {
      "+": () => this.zoomIn(), "=": () => this.zoomIn(), "-": () => this.zoomOut(), Home: () => this.fit(),
      ArrowLeft: () => this.#moveBy(MOVE_STEP, 0), ArrowRight: () => this.#moveBy(-MOVE_STEP, 0),
      ArrowUp: () => this.#moveBy(0, MOVE_STEP), ArrowDown: () => this.#moveBy(0, -MOVE_STEP),
    };
    this.place.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || !(event.key in actions)) return;
      event.preventDefault();
      actions[event.key]();
    });
  }

  /** One pointer moves the picture, two zoom it. */
  #listenToPointers() {
    const pointers = new Map();
    this.place.addEventListener("pointerdown", (event) => pointers.set(event.pointerId, this.#toPlace(event)));
    this.place.addEventListener("pointermove", (event) => {
      if (!pointers.has(event.pointerId)) return;
      const [before, now] = [pointers.get(event.pointerId), this.#toPlace(event)];
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      pointers.set(event.pointerId, now);
      if (!other) {
        this.#moveBy(now[0] - before[0], now[1] - before[1]);
      } else {
        const distance = ([x, y]) => Math.hypot(x - other[0], y - other[1]);
        this.#zoomBy(distance(now) / Math.max(1, distance(before)), ...other);
      }
    });
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
      this.place.addEventListener(name, (event) => pointers.delete(event.pointerId));
    }
  }

  #toPlace(event) {
    const { left, top } = this.place.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }
}
