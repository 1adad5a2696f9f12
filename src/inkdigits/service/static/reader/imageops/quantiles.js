// Median and other quantiles.

/**
 * The middle of all values; of an even number the mean of the two in the middle.
 *
 * @param {ArrayLike<number>} values one or more
 */
export function median(values) {
  if (values instanceof Uint8Array) return medianOfBytes(values);
  const ordered = Float64Array.from(values).sort();
  const half = ordered.length >> 1;
  return ordered.length % 2 ? ordered[half] : (ordered[half - 1] + ordered[half]) / 2;
}

/** The same of gray levels, by counting them. */
function medianOfBytes(values) {
  const counts = new Uint32Array(256);
  for (let at = 0; at < values.length; at += 1) counts[values[at]] += 1;
  const find = (place) => {
    let level = 0;
    for (let seen = counts[0]; seen <= place; seen += counts[level]) level += 1;
    return level;
  };
  const half = values.length >> 1;
  return values.length % 2 ? find(half) : (find(half - 1) + find(half)) / 2;
}

/**
 * The value under which a share of all values lies; between two of them, in proportion.
 *
 * @param {ArrayLike<number>} values one or more
 * @param {number} share 0 to 1
 */
export function quantile(values, share) {
  const ordered = Float64Array.from(values).sort();
  const place = share * (ordered.length - 1);
  const below = Math.floor(place);
  if (below >= ordered.length - 1) return ordered[ordered.length - 1];
  return (ordered[below + 1] - ordered[below]) * (place - below) + ordered[below];
}
