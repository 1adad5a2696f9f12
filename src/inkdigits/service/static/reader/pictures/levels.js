// Turns a picture's colors into gray levels, with transparency laid on paper.

/** @typedef {import("../spec.js").Gray} Gray */

const [RED, GREEN, BLUE, HALF, BITS] = [9798, 19235, 3735, 16384, 15]; // shares of brightness in 1 / 32768
const [WHITE, BLACK] = [255, 0];

/**
 * Gray levels, 0 for black to 255 for white.
 *
 * @param {{data: ArrayLike<number>, width: number, height: number}} image red, green, blue and alpha of each pixel
 * @returns {Gray}
 */
export function toGray({ data, width, height }) {
  let [isEmpty, isOpaque] = [true, true];
  for (let at = 3; at < data.length; at += 4) {
    if (data[at] !== 0) isEmpty = false;
    if (data[at] !== 255) isOpaque = false;
  }
  const make = (paper) => ({ data: lay(data, paper), width, height });
  if (isOpaque || isEmpty) return make(null); // some writers leave the channel empty
  const [onWhite, onBlack] = [make(WHITE), make(BLACK)];
  return rangeOf(onWhite) >= rangeOf(onBlack) ? onWhite : onBlack; // white strokes would vanish on white
}

/** Gray levels of colors on paper of a level; null takes no account of transparency. */
function lay(data, paper) {
  const levels = new Uint8Array(data.length / 4);
  for (let at = 0; at < levels.length; at += 1) {
    let [red, green, blue] = [data[4 * at], data[4 * at + 1], data[4 * at + 2]];
    const alpha = data[4 * at + 3];
    if (paper !== null) {
      const rest = paper === WHITE ? 255 - alpha : 0;
      [red, green, blue] = [red, green, blue].map((level) => Math.round(level * alpha / 255) + rest);
    }
    levels[at] = (red * RED + green * GREEN + blue * BLUE + HALF) >> BITS;
  }
  return levels;
}

function rangeOf({ data }) {
  let [low, high] = [255, 0];
  for (const level of data) {
    if (level < low) low = level;
    if (level > high) high = level;
  }
  return high - low;
}
