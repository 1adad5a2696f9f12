// Filters on pictures of real numbers, row by row in a Float32Array: closing of dark gaps, and blur.

/** @typedef {{data: Float32Array, width: number, height: number}} Levels */

/** Turn rows into columns, so that what is written for rows works on columns, too. */
function transpose({ data, width, height }) {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) turned[column * height + row] = data[row * width + column];
  }
  return { data: turned, width: height, height: width };
}

const onRowsAndColumns = (levels, filter) => transpose(filter(transpose(filter(levels))));

/**
 * Fill dark places that are narrower than a square; beyond the picture its edge goes on.
 *
 * @param {Levels} levels
 * @param {number} side of the square in pixels, odd
 */
export function close(levels, side) {
  const widened = onRowsAndColumns(levels, (each) => spread(each, side, Math.max));
  return onRowsAndColumns(widened, (each) => spread(each, side, Math.min));
}

/** In each row, what `pick` takes of the values within a half of a side. */
function spread({ data, width, height }, side, pick) {
  const half = side >> 1;
  const result = new Float32Array(data.length);
  const [ahead, behind] = [new Float32Array(width), new Float32Array(width)]; // best since the block's begin, to its end
  for (let start = 0; start < data.length; start += width) {
    for (let at = 0; at < width; at += 1) {
      ahead[at] = at % side ? pick(ahead[at - 1], data[start + at]) : data[start + at];
    }
    for (let at = width - 1; at >= 0; at -= 1) {
      const isLast = at === width - 1 || (at + 1) % side === 0;
      behind[at] = isLast ? data[start + at] : pick(behind[at + 1], data[start + at]);
    }
    for (let at = 0; at < width; at += 1) {
      const [first, last] = [at - half, Math.min(at + half, width - 1)];
      const isInOneBlock = first < 0 || Math.floor(first / side) === Math.floor(last / side);
      if (first < 0) result[start + at] = spreadFrom(ahead, behind, last, side, pick);
      else if (isInOneBlock) result[start + at] = behind[first];
      else result[start + at] = pick(behind[first], ahead[last]);
    }
  }
  return { data: result, width, height };
}

/** The same of the values from the row's first to `last`, fewer than two blocks. */
function spreadFrom(ahead, behind, last, side, pick) {
  return last < side ? ahead[last] : pick(ahead[side - 1], ahead[last]);
}

/**
 * Blur with a bell curve; beyond the picture it is mirrored.
 *
 * @param {Levels} levels
 * @param {number} sigma of the curve in pixels
 */
export function blur(levels, sigma) {
  const weights = bellCurve(sigma);
  return onRowsAndColumns(levels, (each) => weigh(each, weights));
}

function bellCurve(sigma) {
  const side = Math.round(sigma * 8 + 1) | 1;
  const values = Array.from({ length: side }, (_, at) => Math.exp(-((at - (side - 1) / 2) ** 2) / (2 * sigma * sigma)));
  const total = values.reduce((part, value) => part + value, 0);
  return Float32Array.from(values, (value) => value / total);
}

function weigh({ data, width, height }, weights) {
  const half = weights.length >> 1;
  const result = new Float32Array(data.length);
  const padded = new Float32Array(width + 2 * half);
  const sources = Int32Array.from(padded, (_, at) => mirror(at - half, width));
  for (let start = 0; start < data.length; start += width) {
    for (let at = 0; at < padded.length; at += 1) padded[at] = data[start + sources[at]];
    for (let at = 0; at < width; at += 1) {
      let value = 0;
      for (let tap = 0; tap < weights.length; tap += 1) value += padded[at + tap] * weights[tap];
      result[start + at] = value;
    }
  }
  return { data: result, width, height };
}

/** The place of a row that is mirrored at its first and last pixels. */
function mirror(place, length) {
  if (length === 1) return 0;
  let at = place;
  while (at < 0 || at >= length) at = at < 0 ? -at : 2 * length - 2 - at;
  return at;
}
