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
  const widened = onRowsAndColumns(levels, (each) => findMost(each, side));
  return negate(onRowsAndColumns(negate(widened), (each) => findMost(each, side)));
}

const negate = ({ data, ...size }) => ({ data: data.map((level) => -level), ...size });

/** In each row, the largest of the values within a half of a side (M. van Herk, 1992). */
function findMost({ data, width, height }, side) {
  const half = side >> 1;
  const result = new Float32Array(data.length);
  const [ahead, behind] = [new Float32Array(width), new Float32Array(width)]; // since the block's begin, to its end
  for (let start = 0; start < data.length; start += width) {
    for (let at = 0; at < width; at += 1) {
      ahead[at] = at % side ? Math.max(ahead[at - 1], data[start + at]) : data[start + at];
    }
    for (let at = width - 1; at >= 0; at -= 1) {
      const isLast = at === width - 1 || (at + 1) % side === 0;
      behind[at] = isLast ? data[start + at] : Math.max(behind[at + 1], data[start + at]);
    }
    for (let at = 0; at < width; at += 1) {
      const [first, last] = [Math.max(at - half, 0), Math.min(at + half, width - 1)];
      if (first === 0 && last < side) result[start + at] = ahead[last];
      else if (Math.floor(first / side) === Math.floor(last / side)) result[start + at] = behind[first];
      else result[start + at] = Math.max(behind[first], ahead[last]);
    }
  }
  return { data: result, width, height };
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
      let value = padded[at + half] * weights[half];
      const last = at + 2 * half;
      for (let tap = 0; tap < half; tap += 1) value += (padded[at + tap] + padded[last - tap]) * weights[tap];
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
